package io.paymentsaga.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.paymentsaga.payment.EventType;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What the check of an event costs the transaction that publishes it. */
class EventCostTest {
  private static final int WARM_UP = 20_000;
  private static final int MEASURED = 5_000;

  @Test
  void the_check_of_an_event_takes_microseconds() throws Exception {
    JsonNode event =
        new JsonMapper()
            .readTree(
                """
                {"eventId":"5f6b2a0e-8d0f-4a51-9f6a-0a4f3c1f7a10","eventType":"payment.initiated",
                 "timestamp":"2026-01-01T12:00:00.123456Z","service":"payment-service",
                 "version":"1.0.0","sequence":1,
                 "data":{"paymentId":"p1","orderId":"o1","userId":"u1","amount":3000,
                   "currency":"USD","customerEmail":"ada@example.com","stripeSessionId":"cs_1",
                   "items":[{"productId":"a","productName":"A","quantity":2,"unitAmount":1250},
                     {"productId":"b","productName":"B","quantity":1,"unitAmount":500}]},
                 "metadata":{"correlationId":"c1","causationId":"e0","userId":"u1",
                   "traceId":"4bf92f3577b34da6a3ce929d0e0e4736"}}
                """);
    measure(event, WARM_UP);

    long[] nanos = measure(event, MEASURED);

    System.out.printf(
        "Check of an event: median %.1f us, 99th percentile %.1f us%n",
        nanos[MEASURED / 2] / 1000.0, nanos[MEASURED * 99 / 100] / 1000.0);
    // Generous, for a busy machine; compiling the schema each time would take longer.
    assertThat(nanos[MEASURED / 2]).isLessThan(500_000);
  }

  private static long[] measure(JsonNode event, int times) {
    long[] nanos = new long[times];
    for (int i = 0; i < times; i++) {
      long start = System.nanoTime();
      EventCatalogue.ofThisVersion().checkPublished(EventType.PAYMENT_INITIATED, event);
      nanos[i] = System.nanoTime() - start;
    }
    Arrays.sort(nanos);
    return nanos;
  }
}
