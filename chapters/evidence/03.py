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
for name, train in kinds.items():
    accuracies = evidence[f"accuracy: {name}"] = []
    errors = evidence[f"error: {name}"] = []
    saturated = evidence[f"saturated: {name}"] = []
    for seed in SEEDS:
        run = train(seed)
        errors.append(run.error)
        saturated.append(np.mean(run.rho_hat > 0.9))
        scores = metrics.few_label_accuracy(
            run.code_train, y_train, run.code, y_test, labels=100, seeds=range(20)
        )
        accuracies.append(scores.mean())

evidence["dead: no second chance"] = [with_top_k(20, rescue=0, seed=s).dead for s in SEEDS]


def second_chance(z, dead, k):
    """The same with ReLU."""
    return top_k(ops.relu(z) * dead, k)


evidence["dead: second chance with ReLU"] = [with_top_k(20, seed=s).dead for s in SEEDS]

for name, share in {"2 %": 0.02, "5 %": 0.05, "10 %": 0.1}.items():
    found = evidence[f"found: features there in {name}"] = []
    for seed in SEEDS:
        rng = np.random.default_rng(seed)
        directions = rng.normal(size=(128, 32))
        directions /= np.linalg.norm(directions, axis=1, keepdims=True)
        on = rng.random((20_000, 128)) < share
        sums = ((on * rng.uniform(0.5, 1.5, on.shape)) @ directions).astype("float32")
        keras.utils.set_random_seed(seed)
        _, atoms = dictionary(sums, 256, max(4, round(1.5 * 128 * share)), 15)
        found.append(recovered(directions, atoms))
