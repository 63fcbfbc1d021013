package io.paymentsaga.fault;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.paymentsaga.proof.BookedMoney;
import io.paymentsaga.proof.Difference;
import io.paymentsaga.proof.MoneyProof;
import io.paymentsaga.sandbox.stripe.StripeSimulator;
import io.paymentsaga.stripe.StripeGateway;
import io.paymentsaga.stripe.StripeSettings;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** In what Stripe and the database differ when all is quiet, by the service's own proof. */
final class MoneyDifferences {
  private MoneyDifferences() {}

  /** All there are in what was made since then; nothing may be moving any more. */
  static List<Difference> since(Instant start, DataSource database, StripeSimulator stripe) {
    StripeSettings settings =
        new StripeSettings(
            stripe.baseUrl().toString(),
            stripe.secretKey(),
            List.of(stripe.webhookSecret()),
            Duration.ofSeconds(3),
            Duration.ofSeconds(8),
            1,
            0);
    Clock clock = Clock.systemUTC();
    MoneyProof proof =
        new MoneyProof(
            new StripeGateway(settings, clock, new SimpleMeterRegistry()).ledger(),
            new BookedMoney(JdbcClient.create(database), MoneyDifferences::statement),
            Duration.ZERO,
            clock);
    List<Difference> found = new ArrayList<>();
    Instant wholeSecond = Instant.ofEpochSecond(start.getEpochSecond());
    proof.proveAll(
        wholeSecond,
        clock.instant().plusSeconds(1),
        finding -> found.addAll(finding.differences()));
    return found;
  }

  private static String statement(String path) {
    try (InputStream file = MoneyProof.class.getClassLoader().getResourceAsStream(path)) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
