package io.paymentsaga.stripe;

import java.time.Duration;
import java.util.Locale;

/**
 * The lanes in which calls to Stripe wait for their turn, the most urgent first. A call goes in the
 * lane of what it is made for: the looks that closing a session takes are as urgent as closing it.
 */
enum Lane {
  /** Gives money back, or closes a session, before somebody pays for what was called off. */
  UNDO(Duration.ofSeconds(10)),
  /** Looks at what has become of something; the next look finds the same. */
  LOOK(Duration.ofSeconds(5)),
  /** Opens a session; somebody waits, and may try again. */
  OPEN(Duration.ofSeconds(2));

  private final Duration patience;

  Lane(Duration patience) {
    this.patience = patience;
  }

  /** How long a call waits here at the most. */
  Duration patience() {
    return patience;
  }

  /** As a metric's label. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
