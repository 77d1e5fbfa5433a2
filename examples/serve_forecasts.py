"""
A small forecast service
========================

This service answers HTTP requests with forecasts from a saved model. It uses only the standard
library, and the server process does not load TensorFlow, because a fitted network uses only NumPy
to forecast. Start the service with the following two commands:

.. code-block:: shell

    python serve_forecasts.py train model.joblib
    python serve_forecasts.py serve model.joblib 8000

Then request the next three months. The request must contain the last rows of the series, at least
as many as there are in a window:

.. code-block:: shell

    curl http://127.0.0.1:8000/forecast --data '{"steps": 3, "values": {"2010-01-01": 25.1, ...}}'

The service accepts requests only from the same machine. If others need access, put a web server
with encryption and access control in front of it.
"""

# sphinx_gallery_thumbnail_path = '_static/thumbnails/service.svg'

# %%
# Train and save
# --------------
#
# In addition to the model, the file contains everything that a request must match: the name of the
# column, the frequency of the index, and the number of rows in a window.

import json
import os
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import joblib
import pandas as pd

# TensorFlow logs many lines when it is loaded, before the first fit. This silences most of them.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")


def train(path):
    """Fit a model to sea surface temperatures, and save it atomically."""
    from sklearn.compose import TransformedTargetRegressor
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    from skrnn import LagWindowTransformer, RNNRegressor
    from skrnn.datasets import load_sea_surface_temperatures

    series = load_sea_surface_temperatures()
    network = RNNRegressor("gru", units=8, epochs=30, learning_rate=0.01, random_state=0)
    pipe = make_pipeline(StandardScaler(), LagWindowTransformer(lag=12), network)
    model = TransformedTargetRegressor(pipe, transformer=StandardScaler())
    model.fit(series.to_frame(), series)
    stored = {"model": model, "column": series.name, "freq": series.index.freqstr, "lag": 12}
    joblib.dump(stored, f"{path}.partial")
    os.replace(f"{path}.partial", path)


# %%
# Answer a request
# ----------------
#
# The rows of a request become a series with an index. Rows that are missing between the first and
# the last one become NaN, which the network skips. If a request contains a mistake, the answer has
# status 400 and a message that describes the mistake.


def answer(stored, request):
    """Forecast the rows that follow the values in a request."""
    from skrnn import forecast

    if not isinstance(request, dict) or not isinstance(request.get("values"), dict):
        raise ValueError("The request must be an object whose 'values' map dates to values.")
    values = pd.Series(request["values"], dtype=float, name=stored["column"])
    values.index = pd.to_datetime(values.index)
    values = values.sort_index().asfreq(stored["freq"])
    if len(values) < stored["lag"]:
        raise ValueError(f"values must have {stored['lag']} rows or more. Got {len(values)}.")
    steps = request.get("steps", 1)
    if not isinstance(steps, int) or not 1 <= steps <= 120:
        raise ValueError(f"steps must be an integer from 1 to 120. Got {steps!r}.")
    following = forecast(stored["model"], values.to_frame(), steps=steps)
    return {f"{date:%Y-%m-%d}": round(float(value), 3) for date, value in following.items()}


class Handler(BaseHTTPRequestHandler):
    """Handles POST /forecast and GET /health."""

    stored = None
    largest_request = 1_000_000
    timeout = 10  # seconds, for clients that do not send anything

    def do_GET(self):
        """Report that the service is running."""
        self.reply(*((200, {"status": "ok"}) if self.path == "/health" else (404, {})))

    def do_POST(self):
        """Answer a request for a forecast."""
        if self.path != "/forecast":
            self.reply(404, {"error": "The address must be /forecast."})
            return
        length = int(self.headers.get("Content-Length") or 0)
        if length > self.largest_request:
            self.reply(413, {"error": f"At most {self.largest_request} bytes are accepted."})
            return
        try:
            self.reply(200, answer(self.stored, json.loads(self.rfile.read(length))))
        except (ValueError, TypeError) as error:
            self.reply(400, {"error": str(error)})

    def reply(self, status, content):
        """Send an answer as JSON."""
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


# %%
# Serve forecasts
# ---------------
#
# Each request is handled in its own thread. Because ``predict`` does not change a fitted model,
# the threads can share it. Load files only from sources that you trust, because joblib, like
# pickle, can run code that a file contains.


def serve(path, port):
    """Answer requests until the process is stopped."""
    Handler.stored = joblib.load(path)
    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    print(f"listening on http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    if sys.argv[1:2] == ["train"] and len(sys.argv) == 3:
        train(sys.argv[2])
    elif sys.argv[1:2] == ["serve"] and len(sys.argv) == 4:
        serve(sys.argv[2], int(sys.argv[3]))
    else:
        sys.exit("usage: serve_forecasts.py train MODEL, or serve_forecasts.py serve MODEL PORT")
