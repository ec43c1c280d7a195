"""The adapters of light libraries, each against the library itself."""

import io
import unittest

import numpy as np
from adapters_support import AdapterTest


def two_moons(count=200, seed=0):
    from sklearn.datasets import make_moons

    return make_moons(count, noise=0.2, random_state=seed)


class Tqdm(AdapterTest):
    def test_a_bar_tells_steps_and_its_postfix(self):
        from loopbook.adapters.tqdm import tqdm

        bar = tqdm(range(5), desc="train", file=io.StringIO())
        for index in bar:
            bar.set_postfix(loss=1 / (index + 1), note="text")
        self.assertEqual([value for _, value in self.points("loss")], [1, 1 / 2, 1 / 3, 1 / 4, 1 / 5])
        steps = self.told("step")
        self.assertEqual((steps[-1]["total"], steps[-1]["label"]), (5, "train"))

    def test_a_stop_ends_the_loop(self):
        from loopbook.adapters.tqdm import trange

        seen = []
        for index in trange(10, disable=True):
            seen.append(index)
            if index == 3:
                self.wants("stop")
        self.assertEqual(seen, [0, 1, 2, 3])

    def test_a_bar_moved_by_hand_stops_too(self):
        import loopbook
        from loopbook.adapters.tqdm import tqdm

        self.wants("stop")
        with self.assertRaises(loopbook.Stopped), tqdm(total=10, disable=True) as bar:
            bar.update(1)

    def test_it_is_tqdm_without_a_run(self):
        self.run_.finish(seconds=0)
        from loopbook.adapters.tqdm import tqdm

        self.assertEqual(list(tqdm([1, 2], disable=True)), [1, 2])


class Sklearn(AdapterTest):
    def test_a_search_is_told_candidate_by_candidate(self):
        from loopbook.adapters.sklearn import report, watch_search
        from sklearn.model_selection import GridSearchCV
        from sklearn.tree import DecisionTreeClassifier

        X, y = two_moons()
        search = GridSearchCV(DecisionTreeClassifier(random_state=0), {"max_depth": [1, 2, 4]}, cv=3)
        plain = GridSearchCV(DecisionTreeClassifier(random_state=0), {"max_depth": [1, 2, 4]}, cv=3).fit(X, y)
        watch_search(search, self.run_).fit(X, y)
        self.assertEqual(search.best_params_, plain.best_params_)
        scores = self.points("mean_test_score")
        self.assertEqual(scores, list(enumerate(plain.cv_results_["mean_test_score"])))
        score = report(search, X, y, self.run_)
        self.assertEqual(self.points("GridSearchCV/score")[0][1], score)
        shown = self.shown()
        self.assertIn("3 candidates, best first", shown["cv_results"]["text/markdown"])
        self.assertIn("max_depth", shown["GridSearchCV best"]["text/plain"])

    def test_a_stopped_search_keeps_what_was_judged(self):
        from loopbook.adapters.sklearn import watch_search
        from sklearn.model_selection import GridSearchCV
        from sklearn.tree import DecisionTreeClassifier

        self.wants("stop")
        X, y = two_moons()
        search = GridSearchCV(DecisionTreeClassifier(), {"max_depth": [1, 2, 4]}, cv=3)
        watch_search(search, self.run_).fit(X, y)
        self.assertEqual(len(search.cv_results_["params"]), 1)
        self.assertEqual(search.best_params_, {"max_depth": 1})

    def test_a_halving_search_goes_by_generations(self):
        from loopbook.adapters.sklearn import watch_search
        from sklearn.experimental import enable_halving_search_cv  # noqa: F401
        from sklearn.model_selection import HalvingGridSearchCV
        from sklearn.tree import DecisionTreeClassifier

        X, y = two_moons(400)
        search = HalvingGridSearchCV(DecisionTreeClassifier(), {"max_depth": [1, 2, 3, 4]}, random_state=0)
        watch_search(search, self.run_).fit(X, y)
        self.assertEqual(len(self.points("mean_test_score")), len(search.cv_results_["params"]))

    def test_batches_are_steps(self):
        from loopbook.adapters.sklearn import fit_batches
        from sklearn.linear_model import SGDClassifier

        X, y = two_moons()
        batches = [(X[at : at + 50], y[at : at + 50]) for at in range(0, 200, 50)]
        model = fit_batches(SGDClassifier(random_state=0), batches, self.run_, classes=[0, 1], test=(X, y))
        scores = self.points("score")
        self.assertEqual([step for step, _ in scores], [0, 1, 2, 3])
        self.assertEqual(scores[-1][1], model.score(X, y))


class Boosting:
    """What both libraries of boosted trees are to do."""

    def test_metrics_of_each_round(self):
        results = self.train(6)
        self.assertEqual([value for _, value in self.points(self.metric)], results)
        self.assertEqual([step for step, _ in self.points(self.metric)], list(range(6)))

    def test_a_stop_ends_it(self):
        self.wants("stop")
        self.assertLess(len(self.train(50)), 2)

    def test_the_learning_rate_is_live(self):
        self.run_.params.declare(learning_rate=0.3)
        unchanged = self.train(6)
        self.wants(changes=[{"learning_rate": 0.001}])
        self.assertNotEqual(self.train(6), unchanged)
        applied = self.told("change-applied")
        self.assertEqual([fact["values"] for fact in applied], [{"learning_rate": 0.001}])


class XGBoost(Boosting, AdapterTest):
    metric = "test/logloss"

    def train(self, rounds):
        import xgboost
        from loopbook.adapters.xgboost import LoopbookCallback

        X, y = two_moons()
        data, results = xgboost.DMatrix(X, y), {}
        xgboost.train(
            {"objective": "binary:logistic", "nthread": 1},
            data,
            rounds,
            evals=[(data, "test")],
            evals_result=results,
            verbose_eval=False,
            callbacks=[LoopbookCallback(self.run_)],
        )
        return list(results.get("test", {}).get("logloss", []))

    def test_the_classifier_takes_it_and_features_are_ranked(self):
        import xgboost
        from loopbook.adapters.xgboost import LoopbookCallback

        X, y = two_moons()
        model = xgboost.XGBClassifier(n_estimators=3, n_jobs=1, callbacks=[LoopbookCallback(self.run_)])
        model.fit(X, y, eval_set=[(X, y)], verbose=False)
        self.assertEqual(len(self.points("validation_0/logloss")), 3)
        self.assertIn("f0", self.shown()["importance"]["text/plain"])


class LightGBM(Boosting, AdapterTest):
    metric = "test/binary_logloss"

    def train(self, rounds):
        import lightgbm
        from loopbook.adapters.lightgbm import LoopbookCallback

        X, y = two_moons()
        data, results = lightgbm.Dataset(X, y, free_raw_data=False), {}
        lightgbm.train(
            {"objective": "binary", "num_threads": 1, "verbose": -1, "learning_rate": 0.3},
            data,
            rounds,
            valid_sets=[data],
            valid_names=["test"],
            callbacks=[lightgbm.record_evaluation(results), LoopbookCallback(self.run_)],
        )
        return list(results.get("test", {}).get("binary_logloss", []))


class Optuna(AdapterTest):
    def study(self, **how):
        import optuna

        optuna.logging.set_verbosity(optuna.logging.WARNING)
        return optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0), **how)

    def test_trials_are_points_and_the_best_is_told(self):
        import optuna
        from loopbook.adapters.optuna import LoopbookCallback

        def objective(trial):
            if trial.number == 2:
                raise optuna.TrialPruned
            return (trial.suggest_float("x", -1, 1) - 0.5) ** 2

        study = self.study()
        study.optimize(objective, n_trials=5, callbacks=[LoopbookCallback(self.run_)])
        self.assertEqual([step for step, _ in self.points("value")], [0, 1, 3, 4])
        self.assertEqual(self.points("best")[-1][1], study.best_value)
        self.assertEqual(self.points("param/x")[0][1], study.trials[0].params["x"])
        self.assertEqual([fact["name"] for fact in self.told("event")], ["trial pruned"])
        self.assertIn(f"trial {study.best_trial.number}", self.shown()["study"]["text/markdown"].splitlines()[2])

    def test_a_stop_ends_the_study(self):
        from loopbook.adapters.optuna import LoopbookCallback

        self.wants("stop")
        study = self.study()
        study.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=9, callbacks=[LoopbookCallback(self.run_)])
        self.assertEqual(len(study.trials), 1)

    def test_several_goals(self):
        from loopbook.adapters.optuna import LoopbookCallback

        study = self.study(directions=["minimize", "maximize"])
        study.optimize(
            lambda trial: (trial.suggest_float("x", 0, 1), 2.0), n_trials=3, callbacks=[LoopbookCallback(self.run_)]
        )
        self.assertEqual([value for _, value in self.points("value 1")], [2.0] * 3)


class Group:
    """Groups of parameters as PyTorch's optimizers have them."""

    def __init__(self, *rates):
        self.param_groups = [{"lr": rate} for rate in rates]


class PyTorch(AdapterTest):
    def test_groups_keep_their_proportions(self):
        from loopbook.adapters.pytorch import watch

        optimizer = watch(Group(0.1, 0.01), self.run_)
        self.assertEqual(self.run_.params.lr, 0.1)
        self.wants(changes=[{"lr": 0.05}])
        self.run_.safe_point()
        rates = [group["lr"] for group in optimizer.param_groups]
        np.testing.assert_allclose(rates, [0.05, 0.005])


class Values(AdapterTest):
    def test_what_a_notebook_can_hold(self):
        from loopbook.adapters._seam import simple

        found = simple({"a": np.float32(0.5), "b": None, "c": [1, 2], "d": object, "e": float("nan"), "f": np.int64(3)})
        self.assertEqual(found, {"a": 0.5, "b": None, "c": [1, 2], "d": "<class 'object'>", "e": "nan", "f": 3})


if __name__ == "__main__":
    unittest.main()
