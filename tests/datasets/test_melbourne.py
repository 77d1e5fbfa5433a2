import hashlib
import shutil
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from threading import Thread

import numpy as np
import pandas as pd
import pooch
import pytest

from skrnn.datasets import _melbourne, fetch_melbourne_temperatures

FILE = "daily-min-temperatures.csv"


@pytest.fixture(scope="session")
def real_file(tmp_path_factory, melbourne):
    """Write the file from the series; each byte must be right, or its SHA-256 would differ."""
    path = tmp_path_factory.mktemp("real") / FILE
    table = melbourne.rename("Temp").rename_axis("Date")
    table.to_csv(path, date_format="%Y-%m-%d", lineterminator="\n")
    return path


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """Give pooch an empty cache, and the environment no folder."""
    folder = tmp_path / "cache"
    folder.mkdir()
    monkeypatch.delenv("SKRNN_DATA", raising=False)
    monkeypatch.setattr(pooch, "os_cache", lambda project: folder)
    return folder


@pytest.fixture
def network(monkeypatch):
    """Stand in for the download: record the request, and return the prepared answer."""

    class Network:
        def __init__(self):
            self.requests = []
            self.answer = OSError("Network is unreachable")

        def retrieve(self, url, known_hash, fname, path, downloader):
            self.requests.append((url, known_hash, path / fname))
            if isinstance(self.answer, Exception):
                raise self.answer
            path.mkdir(parents=True, exist_ok=True)
            return shutil.copy(self.answer, path / fname)

    double = Network()
    monkeypatch.setattr(pooch, "retrieve", double.retrieve)
    return double


def make_folder(path, content):
    path.mkdir(exist_ok=True)
    (path / FILE).write_bytes(content)
    return path


def test_ten_years_without_two_leap_days(melbourne):
    days = pd.date_range("1981-01-01", "1990-12-31", freq="D", name="date")
    missing = pd.to_datetime(["1984-12-31", "1988-12-31"])
    assert melbourne.index.equals(days.difference(missing))
    assert melbourne.index.name == "date"
    assert melbourne.shape == (3650,)
    assert melbourne.name == "minimum_temperature"
    assert melbourne.dtype == np.float64
    assert melbourne.notna().all()


@pytest.mark.parametrize(
    ("day", "temperature"), [("1981-01-01", 20.7), ("1984-12-30", 16.4), ("1990-12-31", 13.0)]
)
def test_values(melbourne, day, temperature):
    assert melbourne[day] == temperature


def test_data_home_comes_first(tmp_path, monkeypatch, cache, network, real_file, melbourne):
    wrong = make_folder(tmp_path / "environment", b"wrong")
    monkeypatch.setenv("SKRNN_DATA", str(wrong))
    make_folder(cache, b"wrong")
    pd.testing.assert_series_equal(
        fetch_melbourne_temperatures(data_home=real_file.parent), melbourne
    )
    assert network.requests == []


def test_then_the_environment(monkeypatch, tmp_path, cache, network, real_file):
    monkeypatch.setenv("SKRNN_DATA", str(real_file.parent))
    make_folder(cache, b"wrong")
    assert len(fetch_melbourne_temperatures(data_home=tmp_path / "absent")) == 3650
    assert network.requests == []


def test_then_the_cache(monkeypatch, tmp_path, cache, network, real_file):
    monkeypatch.setenv("SKRNN_DATA", str(tmp_path))
    make_folder(cache, real_file.read_bytes())
    assert len(fetch_melbourne_temperatures(data_home=str(tmp_path))) == 3650
    assert network.requests == []


def test_then_a_download_to_the_cache(cache, network, real_file):
    network.answer = real_file
    assert len(fetch_melbourne_temperatures()) == 3650
    [(url, known_hash, path)] = network.requests
    assert url.endswith(FILE)
    assert known_hash == f"sha256:{_melbourne._SHA256}"
    assert path == cache / FILE
    assert len(fetch_melbourne_temperatures(download_if_missing=False)) == 3650


def test_download_goes_to_data_home_where_one_is_named(tmp_path, cache, network, real_file):
    network.answer = real_file
    fetch_melbourne_temperatures(data_home=tmp_path / "home")
    assert (tmp_path / "home" / FILE).is_file()
    assert list(cache.iterdir()) == []


def test_data_home_may_start_with_a_tilde(tmp_path, monkeypatch, cache, real_file):
    monkeypatch.setenv("HOME", str(tmp_path))
    make_folder(tmp_path / "data", real_file.read_bytes())
    series = fetch_melbourne_temperatures(data_home="~/data", download_if_missing=False)
    assert len(series) == 3650


def test_damaged_file_is_named_with_both_sums(tmp_path, cache, network):
    damaged = b"Date,Temp\n1981-01-01,20.7\n"
    make_folder(tmp_path, damaged)
    with pytest.raises(OSError, match="SHA-256") as caught:
        fetch_melbourne_temperatures(data_home=tmp_path)
    for words in (str(tmp_path / FILE), _melbourne._SHA256, hashlib.sha256(damaged).hexdigest()):
        assert words in str(caught.value)
    assert network.requests == []


def test_offline_says_what_to_do(tmp_path, cache, network):
    with pytest.raises(OSError, match="could not be downloaded") as caught:
        fetch_melbourne_temperatures(data_home=tmp_path)
    for words in ("Network is unreachable", "SKRNN_DATA", str(tmp_path), str(cache), "https://"):
        assert words in str(caught.value)


def test_download_not_wanted(cache, network):
    with pytest.raises(OSError, match=r"not on this machine.*SKRNN_DATA"):
        fetch_melbourne_temperatures(download_if_missing=False)
    assert network.requests == []


@contextmanager
def server(answer):
    """Listen on a port of this machine, and give each caller an answer, or silence for None."""
    held = []

    def serve():
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            held.append(connection)  # an open connection, until the test is over
            if answer is not None:
                connection.recv(4096)
                connection.sendall(answer)
                connection.close()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = Thread(target=serve, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)
    for connection in held:
        connection.close()


NOTHING_THERE = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
LOGIN_PAGE = b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nlog in"
STOPS_HALFWAY = b"HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\nDate,Temp"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (NOTHING_THERE, "404"),
        (LOGIN_PAGE, "hash"),
        (STOPS_HALFWAY, "could not be downloaded"),
        (b"no protocol at all\r\n\r\n", "could not be downloaded"),
        (None, "timed out"),
    ],
    ids=["404", "login page", "half a file", "no protocol", "silence"],
)
@pytest.mark.parametrize("by_proxy", [False, True], ids=["direct", "proxy"])
def test_each_failure_of_the_network_is_explained(cache, monkeypatch, answer, words, by_proxy):
    """No double: pooch itself, and a server that is no help."""
    monkeypatch.setattr(_melbourne, "_TIMEOUT", (0.5, 0.5))
    with server(answer) as port:
        address = f"http://127.0.0.1:{port}"
        if by_proxy:
            for name in ("no_proxy", "NO_PROXY"):
                monkeypatch.delenv(name, raising=False)
            monkeypatch.setenv("http_proxy", address)
            monkeypatch.setattr(_melbourne, "_URL", f"http://skrnn.invalid/{FILE}")
        else:
            monkeypatch.setenv("no_proxy", "127.0.0.1")
            monkeypatch.setattr(_melbourne, "_URL", f"{address}/{FILE}")
        start = time.monotonic()
        with pytest.raises(OSError, match="could not be downloaded") as caught:
            fetch_melbourne_temperatures()
    assert time.monotonic() - start < 5
    assert words in str(caught.value)
    assert "SKRNN_DATA" in str(caught.value)
    assert list(cache.iterdir()) == []


@pytest.mark.parametrize("proxy", ["http://127.0.0.1:9", "nonsense://", "socks5://127.0.0.1:9"])
def test_a_proxy_that_is_of_no_use(cache, monkeypatch, proxy):
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("https_proxy", proxy)
    with pytest.raises(OSError, match="could not be downloaded"):
        fetch_melbourne_temperatures()


def test_waiting_has_a_short_end():
    assert sum(_melbourne._TIMEOUT) < 15


@pytest.mark.parametrize(
    ("folder", "words"), [("here", "3650"), ("absent", "pip install 'skrnn[examples]'")]
)
def test_without_pooch(tmp_path, monkeypatch, real_file, folder, words):
    """A file that lies on this machine needs no pooch; a download names the extra."""
    monkeypatch.delenv("SKRNN_DATA", raising=False)
    shutil.copytree(real_file.parent, tmp_path / "here")
    code = (
        "import sys; sys.modules['pooch'] = None\n"
        "from skrnn.datasets import fetch_melbourne_temperatures\n"
        "print(len(fetch_melbourne_temperatures(data_home=sys.argv[1])))"
    )
    command = [sys.executable, "-c", code, str(tmp_path / folder)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert words in run.stdout + run.stderr
