"""Evidence of chapter 08: what makes a DCGAN better than a dense GAN; the finder's switches."""

SEEDS = range(1, 4)
evidence = {}


def painting(kind):
    """The DCGAN's networks, with G's brushes of another kernel, or with resize-convolutions."""
    G, D = dcgan_networks()
    changed = []
    for layer in G.layers:
        if not isinstance(layer, layers.Conv2DTranspose):
            changed.append(layer)
            continue
        options = {key: layer.get_config()[key] for key in ("padding", "use_bias", "activation")}
        if kind == "resize":
            changed += [layers.UpSampling2D(2), layers.Conv2D(layer.filters, 3, **options)]
        else:
            changed.append(layers.Conv2DTranspose(layer.filters, kind, strides=2, **options))
    return keras.Sequential([keras.Input((latents,)), *changed]), D


def without_dense_layer():
    G, D = dcgan_networks()
    return G, keras.Sequential([keras.Input((28, 28, 1)), *D.layers[:6], layers.Dense(1)])


def on_all_four(kept, switches, like):
    """Unpooling without switches: each value on all four places."""
    return layers.UpSampling2D(2)(kept)


settings = {
    "DCGAN as above": (dcgan_networks, {}),
    "G with kernels of 3": (lambda: painting(3), {}),
    "G with resize-convolutions": (lambda: painting("resize"), {}),
    "D without its dense layer": (without_dense_layer, {}),
    # a step of the DCGAN takes 2.3 times as long (two cores)
    "dense GAN, as many seconds": (dense_networks, {"epochs": 9}),
}
for name, (networks, options) in ({} if offline else settings).items():
    samples = [train(seed, networks, **options)[0].sample(n_samples) for seed in SEEDS]
    evidence[f"Fréchet: {name}"] = [scores(sample)["Fréchet"] for sample in samples]
    evidence[f"checks: {name}"] = [checkerboards(sample) for sample in samples]

for name, way_up in {"with switches": unpool, "without": on_all_four}.items():
    found = evidence[f"intersection over union: {name}"] = []
    for seed in SEEDS:
        rng = np.random.default_rng(seed)
        learn, learn_ink = scenes(x_train, n_scenes, rng)
        test, test_ink = scenes(x_test, 500, rng)
        network, _ = train_segmenter(seed, way_up, learn, learn_ink)
        cut = best_cut(network, learn[:150], learn_ink[:150])
        found.append(iou(marked(network, test, cut), test_ink).mean())
