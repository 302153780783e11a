"""Evidence of chapter 03: features on several seeds; dead units; when a dictionary fails."""

SEEDS = range(1, 4)
evidence = {}

kinds = {
    "KL": lambda seed: with_kl(rho, beta, seed=seed),
    "L1, unit norm": lambda seed: with_l1(0.1, True, seed=seed),
    "L1": lambda seed: with_l1(0.1, False, seed=seed),
    "top-k": lambda seed: with_top_k(20, seed=seed),
    "top-k, rate 0.01": lambda seed: with_top_k(20, rate=0.01, seed=seed),
    "control": lambda seed: with_kl(rho, 0.0, seed=seed),
    "control, rate 0.003": lambda seed: with_kl(rho, 0.0, rate=0.003, seed=seed),
    "control, rate 0.001": lambda seed: with_kl(rho, 0.0, rate=0.001, seed=seed),
    "control, output bias 0": lambda seed: with_kl(rho, 0.0, seed=seed, output_bias=0.0),
}
draws_100 = [runtime.seed(100 + draw) for draw in range(20)]
for name, train in kinds.items():
    accuracies = evidence[f"accuracy: {name}"] = []
    saturated = []
    for seed in SEEDS:
        run = train(seed)
        saturated.append(np.mean((run.code > 0.9).mean(axis=0) > 0.9))
        scores = metrics.few_label_accuracy(
            run.code_train, y_train, run.code, y_test, labels=100, seeds=draws_100
        )
        accuracies.append(scores.mean())
    if "control" in name:
        evidence[f"near 1 on all pictures: {name}"] = saturated

evidence["dead: no second chance"] = [with_top_k(20, rescue=0, seed=s).dead for s in SEEDS]


def second_chance(z, dead, k):
    """The same with ReLU."""
    return top_k(ops.relu(z) * dead, k)


evidence["dead: second chance with ReLU"] = [with_top_k(20, seed=s).dead for s in SEEDS]

settings = {
    "k 10": (0.05, 10),
    "k 5": (0.05, 5),
    "k 20": (0.05, 20),
    "10 % on, k 20": (0.1, 20),
}
for name, (share, k) in settings.items():
    found = evidence[f"found: {name}"] = []
    for seed in SEEDS:
        rng = np.random.default_rng(seed)
        directions = rng.normal(size=(128, 64))
        directions /= np.linalg.norm(directions, axis=1, keepdims=True)
        on = rng.random((20_000, 128)) < share
        sums = ((on * rng.uniform(0.5, 1.5, on.shape)) @ directions).astype("float32")
        keras.utils.set_random_seed(seed)
        _, atoms = dictionary(sums, 256, k, 12)
        found.append(recovered(directions, atoms))
