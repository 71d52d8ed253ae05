"""`fault_grpc.py serve`: a server of grpcio. `fault_grpc.py call SECONDS PLACES`: a call to each, and its status."""

import concurrent.futures
import json
import sys

import grpc

# No larger than a frame may be before SETTINGS are acknowledged.
MESSAGE = b"m" * 8192
RETRIES = ("grpc.enable_retries", 0)


def serve():
    def say(_request, _context):
        return MESSAGE

    handler = grpc.unary_unary_rpc_method_handler(say)
    server = grpc.server(concurrent.futures.ThreadPoolExecutor(8))
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("check.Echo", {"Say": handler}),))
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(f"port {port}", flush=True)
    server.wait_for_termination()


def call(patience, place):
    with grpc.insecure_channel(place, options=[RETRIES]) as channel:
        try:
            answer = channel.unary_unary("/check.Echo/Say")(b"", timeout=patience)
        except grpc.RpcError as error:
            return error.code().name
    return "OK" if answer == MESSAGE else "another answer"


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve()
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        places = json.loads(sys.argv[3])
        asked = {name: pool.submit(call, float(sys.argv[2]), place) for name, place in places.items()}
        print(json.dumps({name: future.result() for name, future in asked.items()}))
