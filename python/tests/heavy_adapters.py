"""The adapters of libraries that weigh gigabytes, each against the library itself (`npm run test:adapters`)."""

import os
import unittest

os.environ.setdefault("KERAS_BACKEND", "torch")

from adapters_support import AdapterTest


class Keras(AdapterTest):
    def fit(self, epochs=3):
        import keras
        import numpy as np
        from loopbook.adapters.keras import LoopbookCallback

        model = keras.Sequential([keras.layers.Input((4,)), keras.layers.Dense(1)])
        model.compile(optimizer=keras.optimizers.SGD(0.1), loss="mse")
        x = np.random.default_rng(0).normal(size=(32, 4)).astype("float32")
        model.fit(x, x[:, :1], epochs=epochs, batch_size=8, verbose=0, callbacks=[LoopbookCallback(self.run_)])
        return model

    def test_epochs_and_a_live_rate(self):
        self.wants(changes=[{"lr": 0.01}])
        self.run_.params.declare(lr=0.1)
        model = self.fit()
        self.assertEqual([step for step, _ in self.points("loss")], [0, 1, 2])
        self.assertAlmostEqual(float(model.optimizer.learning_rate), 0.01, places=6)
        self.assertIn("model", self.shown())

    def test_a_stop_ends_it(self):
        self.wants("stop")
        self.fit(50)
        self.assertLess(len(self.points("loss")), 2)


class PyTorch(AdapterTest):
    def test_the_optimizers_rate_follows(self):
        import torch
        from loopbook.adapters.pytorch import log_gradients, watch

        model = torch.nn.Linear(2, 1)
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        schedule = torch.optim.lr_scheduler.StepLR(optimizer, 1, gamma=0.5)
        watch(optimizer, self.run_, scheduler=schedule)
        for step in self.run_.steps(range(3)):
            optimizer.zero_grad()
            model(torch.ones(1, 2)).sum().backward()
            log_gradients(model, self.run_, step=step)
            optimizer.step()
            schedule.step()
            if step == 0:
                self.wants(changes=[{"lr": 0.2}])
        self.assertAlmostEqual(optimizer.param_groups[0]["lr"], 0.2 * 0.5**3)
        self.assertEqual(len(self.points("grad_norm")), 3)


class Lightning(AdapterTest):
    def fit(self, epochs):
        import lightning
        import torch
        from loopbook.adapters.lightning import LoopbookCallback, LoopbookLogger

        class Module(lightning.LightningModule):
            def __init__(self, width=2):
                super().__init__()
                self.save_hyperparameters()
                self.layer = torch.nn.Linear(2, 1)

            def training_step(self, batch, index):
                loss = self.layer(batch[0]).pow(2).mean()
                self.log("loss", loss)
                return loss

            def configure_optimizers(self):
                return torch.optim.SGD(self.parameters(), lr=0.1)

        data = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(torch.ones(16, 2)), batch_size=4)
        trainer = lightning.Trainer(
            max_epochs=epochs,
            accelerator="cpu",
            logger=LoopbookLogger(self.run_),
            callbacks=[LoopbookCallback(self.run_)],
            log_every_n_steps=1,
            enable_checkpointing=False,
            enable_progress_bar=False,
            enable_model_summary=False,
        )
        trainer.fit(Module(), data)
        return trainer

    def test_what_modules_log(self):
        self.fit(2)
        self.assertEqual(len(self.points("loss")), 8)
        self.assertIn("width", self.shown()["hyperparameters"]["text/plain"])
        self.assertEqual(self.run_.params.lr, 0.1)

    def test_a_stop_ends_it(self):
        self.wants("stop")
        self.assertLess(self.fit(50).global_step, 8)


class Transformers(AdapterTest):
    def train(self, steps):
        import torch
        from loopbook.adapters.transformers import LoopbookCallback
        from transformers import BertConfig, BertForSequenceClassification, Trainer, TrainingArguments

        config = BertConfig(
            vocab_size=16, hidden_size=8, num_hidden_layers=1, num_attention_heads=1, intermediate_size=8
        )
        data = [{"input_ids": torch.tensor([1, 2, 3]), "labels": torch.tensor(0)} for _ in range(8)]
        arguments = TrainingArguments(
            output_dir=self.folder.name,
            max_steps=steps,
            logging_steps=1,
            report_to=[],
            use_cpu=True,
            disable_tqdm=True,
            save_strategy="no",
        )
        trainer = Trainer(
            BertForSequenceClassification(config), arguments, train_dataset=data, callbacks=[LoopbookCallback(self.run_)]
        )
        trainer.train()
        return trainer

    def test_what_it_logs(self):
        self.train(4)
        self.assertEqual([step for step, _ in self.points("loss")], [1, 2, 3, 4])
        self.assertIn("learning_rate", self.shown()["training arguments"]["text/plain"])

    def test_a_stop_ends_it(self):
        self.wants("stop")
        self.assertLess(self.train(50).state.global_step, 3)


if __name__ == "__main__":
    unittest.main()
