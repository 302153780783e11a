"""Evidence of chapter 05: target propagation that stops early, or with a pull towards the guess."""

SEEDS = range(1, 4)
evidence = {}


class WithPull(TargetPropagation):
    """The search minimises E(y, z) + pull · ‖z − guess‖²: ISTA with more rows in y and W."""

    def __init__(self, steps, pull):
        super().__init__(side**2, columns, steps)
        self.pull = pull

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        root = float(np.sqrt(2 * self.pull))
        rows = ops.concatenate([self.W, root * ops.eye(columns)], axis=0)
        wanted = ops.concatenate([x, root * y_pred], axis=1)
        L = ops.norm(self.W, ord=2) ** 2 + 2 * self.pull
        z = y_pred
        for _ in range(self.steps):
            z = ista_step(z, wanted, rows, lam, L)
        return target_loss(x, y_pred, z, self.W)


settings = {
    "10 steps": (10, 0.0),
    "50 steps": (50, 0.0),
    "50 steps, γ 0.3": (50, 0.3),
    "50 steps, γ 1": (50, 1.0),
}
y_test = tf.constant(patches_test, tf.float32)
for name, (steps, pull) in settings.items():
    guesses = evidence[f"energy of the guess: {name}"] = []
    ratios = evidence[f"over the lowest: {name}"] = []
    for seed in SEEDS:
        keras.utils.set_random_seed(seed)
        model = WithPull(steps, pull)
        model.compile(optimizer=keras.optimizers.Adam(2e-3))
        model.fit(patches, batch_size=200, epochs=patch_epochs, verbose=0)
        L = tf.constant(curvature(ops.convert_to_numpy(model.W)), tf.float32)
        guess = float(sparse_energy(y_test, model.encoder(y_test), model.W))
        zero = tf.zeros((len(patches_test), columns))
        _, energies = fista(zero, y_test, model.W, L, tf.constant(300))
        guesses.append(guess)
        ratios.append(guess / float(tf.reduce_min(energies)))
