"""Arguments and buttons of Tilt's dashboard, and the commands behind them."""
