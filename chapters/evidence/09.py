"""Evidence of chapter 09: what each remedy is for. Each control is trained as long as InfoGAN."""

NEVER = 10**9
evidence = {}


def silent(*answers):
    """A bound that asks for nothing."""
    return 0.0


some, pair = (range(1, 3), range(1, 2)) if offline else (range(1, 4), range(1, 3))
kinds = {  # seeds, and what is changed; `apart` stops Q's gradient before the trunk
    "as in this chapter": (range(1, 4 if offline else 6), {}),
    "no agreement": (some, {"trust_from": NEVER}),
    "codes no louder than noise": (some, {"loudness": 1.0}),
    "no information term": (some, {"weight": 0.0, "apart": True}),
    "plain GAN": (
        pair,
        {"weight": 0.0, "apart": True, "loudness": 1.0, "trust_from": NEVER},
    ),
    "plain GAN with agreement alone": (some, {"weight": 0.0, "loudness": 1.0}),
}
for name, (seeds, options) in kinds.items():
    for measured in ("error", "correlation", "agreement"):
        evidence[f"{measured}: {name}"] = []
    for seed in seeds:
        gan = new_infogan(seed, rounds * round_steps, **options)
        if name.endswith("alone"):  # what is generated is not read at all
            gan.bounds = silent, silent, lambda one, two, _: agreement(one, two, category_bound)
        last = gan.fit(
            x_train, batch_size=batch // 2, epochs=rounds, steps_per_epoch=round_steps, verbose=0
        ).history["agreement"][-1]
        c1_match, c1_test = (read(gan, x[:tests], looks=8)[0] for x in (x_train, x_test))
        error = metrics.clustering_error(c1_match, y_train[:tests], c1_test, y_test)
        correlation = input_correlations(gan, seed, (slant, stroke_width))[:, 72:].max()
        evidence[f"error: {name}"].append(100 * error)
        evidence[f"correlation: {name}"].append(correlation)
        evidence[f"agreement: {name}"].append(last)
