package io.paymentsaga.stripe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.paymentsaga.payment.PaymentJourney;
import io.paymentsaga.sandbox.stripe.ApiFault;
import io.paymentsaga.sandbox.stripe.StripeSimulator;
import io.paymentsaga.sandbox.stripe.StripeSimulatorSettings;
import io.paymentsaga.sandbox.stripe.TestCard;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Stripe's list of events is read from its old end, a page at a time. */
class EventListTest {
  private static final Pattern TOLD_OF =
      Pattern.compile(
          "checkout\\..*completed|payment_intent\\.succeeded|charge\\.succeeded|refund\\..*");

  private final StripeSimulator simulator =
      StripeSimulator.start(StripeSimulatorSettings.onLoopback("sk_test", "whsec_test"));
  private final Instant start = Instant.now().truncatedTo(ChronoUnit.SECONDS);
  private final StripeGateway gateway =
      new StripeGateway(
          new StripeSettings(
              simulator.baseUrl().toString(),
              "sk_test",
              List.of("whsec_test"),
              Duration.ofSeconds(2),
              Duration.ofSeconds(2),
              0,
              0),
          Clock.systemUTC(),
          new SimpleMeterRegistry());
  private String intent;

  @BeforeEach
  void pay() {
    try (Admission admission = gateway.admitCheckout()) {
      StripeOutcome.SessionOpen session =
          (StripeOutcome.SessionOpen)
              gateway.openCheckoutSession(PaymentJourney.from(start).payment(), admission);
      simulator.pay(session.sessionId(), TestCard.PAYS);
    }
    intent = simulator.paymentIntents().get(0).getString("id");
  }

  @AfterEach
  void close() {
    simulator.close();
  }

  @Test
  void pages_come_oldest_first_and_leave_nothing_out() {
    refunds(40, Duration.ofMinutes(7));
    refunds(150, Duration.ZERO);
    refunds(40, Duration.ofSeconds(20));

    List<EventPage> pages = rest(events(start));

    assertThat(ids(pages)).containsExactlyInAnyOrderElementsOf(told());
    assertThat(pages).hasSizeGreaterThan(4);
    for (int next = 1; next < pages.size(); next++) {
      assertThat(pages.get(next).from()).isEqualTo(pages.get(next - 1).readTo());
      assertThat(pages.get(next).events()).hasSizeLessThanOrEqualTo(100);
    }
  }

  @Test
  void what_broke_off_goes_on_where_it_was() {
    refunds(150, Duration.ofSeconds(20));
    Iterator<EventPage> events = events(start);
    EventPage first = events.next();
    simulator
        .mischief()
        .inject(ApiFault.refuse(500, "api_error").onCalls("GET /v1/events").times(1));
    assertThatThrownBy(events::next).isInstanceOf(StripeUnavailableException.class);

    List<EventPage> pages = new ArrayList<>(List.of(first));
    pages.addAll(rest(events(first.readTo())));

    assertThat(ids(pages)).containsExactlyInAnyOrderElementsOf(told());
  }

  @Test
  void a_quiet_time_is_one_page() {
    assertThat(rest(events(start.minus(Duration.ofDays(30))))).hasSize(1);
  }

  private void refunds(int count, Duration pause) {
    for (int each = 0; each < count; each++) {
      simulator.refund(intent, OptionalLong.of(1));
      simulator.advance(pause);
    }
  }

  private Iterator<EventPage> events(Instant from) {
    return gateway.events(from, simulator.now(), false);
  }

  private static List<EventPage> rest(Iterator<EventPage> events) {
    List<EventPage> rest = new ArrayList<>();
    events.forEachRemaining(rest::add);
    return rest;
  }

  private static List<String> ids(List<EventPage> pages) {
    return pages.stream()
        .flatMap(page -> page.events().stream())
        .map(StripeEvent::eventId)
        .toList();
  }

  private List<String> told() {
    return simulator.events().stream()
        .filter(event -> TOLD_OF.matcher(event.getString("type")).matches())
        .map(event -> event.getString("id"))
        .toList();
  }
}
