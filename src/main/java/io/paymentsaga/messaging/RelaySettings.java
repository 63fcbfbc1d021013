package io.paymentsaga.messaging;

import java.time.Duration;

/**
 * How one relay works.
 *
 * @param instance names this relay among all that share the database; unique per process and start
 * @param lease how long it owns a shard without renewing; a killed relay's events wait that long,
 *     and at most an eighth more until another one looks
 * @param idlePoll how often an idle relay looks for events that another instance committed
 */
public record RelaySettings(String instance, Duration lease, Duration idlePoll) {
  /**
   * What a send may take in all: {@code maxBlockMs} and {@code deliveryTimeoutMs} of the route
   * relay-events.
   */
  static final Duration LONGEST_SEND = Duration.ofMillis(6500);

  public RelaySettings {
    if (lease.minus(lease.dividedBy(8)).compareTo(LONGEST_SEND) <= 0) {
      throw new IllegalArgumentException(
          "a relay's lease of "
              + lease
              + " does not outlast a send of "
              + LONGEST_SEND
              + " between two renewals");
    }
  }

  /** Each lane holds shards under a name of its own. */
  RelaySettings ofLane(int lane) {
    return new RelaySettings(instance + "/" + lane, lease, idlePoll);
  }

  /** A lease of eight seconds, renewed each second; a look each half second. */
  public static RelaySettings of(String instance) {
    return new RelaySettings(instance, Duration.ofSeconds(8), Duration.ofMillis(500));
  }

  /**
   * How long it counts as one of those that share the shards. Shorter than the lease: else nobody
   * would take up a dead relay's share at the time its shards become free.
   */
  Duration alive() {
    return lease.dividedBy(2);
  }

  Duration renewal() {
    return lease.dividedBy(8);
  }
}
