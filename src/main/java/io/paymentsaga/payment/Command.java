package io.paymentsaga.payment;

/**
 * A command another service sent on {@code saga.payment.compensate}; each is answered by one event.
 *
 * @param eventId of the command itself
 * @param action as it was sent
 */
public record Command(String eventId, String action) {

  /** How a command ended. */
  public enum Outcome {
    COMPENSATED("compensated"),
    REFUNDED("refunded"),
    NOTHING_TO_DO("nothing-to-do"),
    REFUSED("refused");

    private final String published;

    Outcome(String published) {
      this.published = published;
    }

    /** As it stands in the event. */
    public String published() {
      return published;
    }
  }
}
