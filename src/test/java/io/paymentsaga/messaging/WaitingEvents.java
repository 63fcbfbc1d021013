package io.paymentsaga.messaging;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Events of 1 KiB that wait in the outbox, as a busy shop leaves them: four events a payment over
 * four topics, a thousand events of other payments around them.
 */
final class WaitingEvents {
  static final int BYTES = 1024;
  private static final int BODIES = 2000;

  private final JdbcTemplate jdbc;
  private final List<String> bodies;
  private int payments;

  WaitingEvents(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
    SplittableRandom random = new SplittableRandom(1);
    this.bodies = IntStream.range(0, BODIES).mapToObj(n -> body(random)).toList();
    jdbc.execute("CREATE TABLE sample_body (n integer PRIMARY KEY, body text NOT NULL)");
    jdbc.batchUpdate(
        "INSERT INTO sample_body VALUES (?, ?)",
        IntStream.range(0, BODIES).mapToObj(n -> new Object[] {n, bodies.get(n)}).toList());
  }

  /** The same bodies, a line each, as the producer performance tool takes them. */
  void writeTo(Path file) throws IOException {
    Files.write(file, bodies);
  }

  void add(int count) {
    jdbc.update(
        """
        INSERT INTO outbox (shard, event_id, event_type, payment_id, order_id, sequence, at, body, correlation_id, traceparent)
        SELECT abs(hashtext('ord_' || payment)::bigint) % 16, gen_random_uuid(), type, 'pay_' || payment, 'ord_' || payment,
          sequence, now(), body, 'corr_' || payment, '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
        FROM generate_series(0, ? - 1) AS event
        CROSS JOIN LATERAL (SELECT ? + event / 1000 * 250 + event % 250 AS payment, event % 1000 / 250 + 1 AS sequence) AS place
        JOIN sample_body ON sample_body.n = event % ?
        JOIN unnest(ARRAY['payment.initiated', 'payment.processing', 'payment.completed', 'payment.refunded'])
          WITH ORDINALITY AS types (type, step) ON step = sequence
        ORDER BY event
        """,
        count, payments, BODIES);
    payments += count / 4;
  }

  private static String body(SplittableRandom random) {
    String start =
        """
        {"eventId":"%s","eventType":"payment.completed","timestamp":"2026-01-01T12:00:00.%06dZ",\
        "service":"payment-service","version":"1.0.0","sequence":3,"data":{"paymentId":"%s","orderId":"%s","userId":"%s",\
        "amount":%d,"currency":"USD","note":"\
        """
            .formatted(
                id(random),
                random.nextInt(1_000_000),
                id(random),
                id(random),
                id(random),
                random.nextInt(100_000));
    String end = "\"},\"metadata\":{\"correlationId\":\"" + id(random) + "\"}}";
    String letters =
        random
            .ints(BYTES - start.length() - end.length(), 'A', 'Z' + 1)
            .mapToObj(Character::toString)
            .collect(Collectors.joining());
    return start + letters + end;
  }

  private static UUID id(SplittableRandom random) {
    return new UUID(random.nextLong(), random.nextLong());
  }
}
