package io.paymentsaga.sandbox;

import java.util.Map;

/**
 * The sandbox's ports on 127.0.0.1. A pinned port that is taken is a failure; without a pin the
 * service takes 5005, or whatever is free when somebody else has it.
 *
 * @param httpMoved whether the service had to leave 5005
 */
record SandboxPorts(int http, boolean httpMoved, int kafka, int database, int stripe) {
  static final int DEFAULT_HTTP = 5005;

  private static final int HIGHEST = 65535;

  static SandboxPorts choose(Map<String, String> environment) throws SandboxFailure {
    int pinnedHttp = pinned(environment, "SANDBOX_HTTP_PORT");
    boolean httpMoves = pinnedHttp == 0 && !LoopbackPort.isFree(DEFAULT_HTTP);
    int defaultHttp = httpMoves ? LoopbackPort.free() : DEFAULT_HTTP;
    return new SandboxPorts(
        pinnedHttp == 0 ? defaultHttp : pinnedHttp,
        httpMoves,
        LoopbackPort.orFree(pinned(environment, "SANDBOX_KAFKA_PORT")),
        LoopbackPort.orFree(pinned(environment, "SANDBOX_DATABASE_PORT")),
        LoopbackPort.orFree(pinned(environment, "SANDBOX_STRIPE_PORT")));
  }

  /** 0 when nothing is pinned. */
  private static int pinned(Map<String, String> environment, String name) throws SandboxFailure {
    String value = environment.getOrDefault(name, "").strip();
    if (value.isEmpty()) {
      return 0;
    }
    if (!value.matches("\\d{1,5}") || Integer.parseInt(value) > HIGHEST) {
      throw new SandboxFailure("%s is not a port: %s".formatted(name, value));
    }
    int port = Integer.parseInt(value);
    if (port != 0 && !LoopbackPort.isFree(port)) {
      throw new SandboxFailure("%s: port %d is taken".formatted(name, port));
    }
    return port;
  }
}
