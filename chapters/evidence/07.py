"""Evidence of chapter 07: settings and brakes, on several seeds; and the dense GAN's instability."""

SEEDS = range(1, 6)
evidence = {}

if digits.name == "mnist":  # line and ring use no digits: once is enough
    settings = {
        "as above": {},
        "k = 1": {"k": 1},
        "no aids": {"instance_noise": 0.0, "decay": False},
        "ln(1 − D)": {"kind": "minimax"},
        "D 30× slower": {"k": 1, "d_rate": 0.016 / 30},
        "G 30× slower": {"g_rate": 0.004 / 30},
        "both 10× faster": {"d_rate": 0.16, "g_rate": 0.04},
    }
    for name, options in settings.items():
        found = []
        for seed in SEEDS:
            samples = train_line(seed, steps=2000, **options).sample(10_000, seed=seed)[:, 0]
            found.append(wasserstein(samples, real_line(10_000, np.random.default_rng(seed))[:, 0]))
        evidence[f"W₁ on the line: {name}"] = found

    def hinge(real_logits, fake_logits):
        on_real = ops.mean(ops.relu(1 - real_logits))
        return on_real + ops.mean(ops.relu(1 + fake_logits))

    def critic_loss(real, fake):
        return ops.mean(fake) - ops.mean(real)

    def linear(fake_logits):
        return -ops.mean(fake_logits)

    def gradient_penalty(D, real, fake):
        between = real + keras.random.uniform((ops.shape(real)[0], 1)) * (fake - real)
        with tf.GradientTape() as tape:
            tape.watch(between)
            f = D(between)
        steep = ops.sqrt(ops.sum(tape.gradient(f, between) ** 2, axis=1) + 1e-12)
        return ops.mean((steep - 1) ** 2)

    def hinge_ring(seed):
        D = ring_discriminator(wrapped=layers.SpectralNormalization)
        return GAN(ring_generator(), D, hinge, linear, latents=2, seed=seed)

    def wgan_gp_ring(seed):
        networks = ring_generator(), ring_discriminator()
        options = {"d_loss": critic_loss, "g_loss": linear, "latents": 2, "k": 5, "seed": seed}
        return PenalisedGAN(*networks, penalty=gradient_penalty, **options)

    more = {
        "hinge, spectral norm.": (hinge_ring, {}),
        "WGAN-GP, λ = 1, k = 5": (wgan_gp_ring, {}),
    }
    for name, (make, options) in (brakes | more).items():
        for beta_1 in (0.9, 0.5):
            runs = [
                ring_coverage(train_ring(s, make, beta_1, steps=2000, **options), centres, spread)
                for s in SEEDS
            ]
            modes, good = zip(*runs, strict=True)
            evidence[f"ring, modes: {name} | {beta_1}"] = list(modes)
            evidence[f"ring, good samples: {name} | {beta_1}"] = list(good)

for name, blur, beta_1 in (
    ("as above", 0.5, 0.5),
    ("no instance noise", 0, 0.5),
    ("β₁ = 0.9", 0.5, 0.9),
):
    evidence[f"digits, Fréchet: {name}"] = []
    evidence[f"digits, recall: {name}"] = []
    real = scoring.judge(judge, digits.x_test)[0]
    for seed in range(1, 4):
        keras.utils.set_random_seed(seed)
        D = dense_discriminator()
        D.layers[1].stddev = blur
        dense = OwnGAN(dense_generator(16), D, latents=16, seed=seed)
        rounds = 35 if offline else 7
        steps = rounds * (len(digits.x_train) // 100)
        dense.compile(adam(2e-3, steps, beta_1), adam(2e-3, steps, beta_1), steps_per_execution=20)
        dense.fit(digits.x_train, batch_size=100, epochs=rounds, verbose=0)
        made = scoring.judge(judge, dense.sample(len(real), seed=seed))[0]
        evidence[f"digits, Fréchet: {name}"].append(metrics.frechet_distance(made, real))
        evidence[f"digits, recall: {name}"].append(covered(some(real), made[:2000], 3))
