"""Other libraries' progress, metrics and parameters in a run. One module a library, which is loaded with it alone:

    from loopbook.adapters.xgboost import LoopbookCallback
"""
