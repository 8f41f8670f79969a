"""What Tilt's dashboard offers beside the resources: arguments, buttons, and the commands behind them."""
