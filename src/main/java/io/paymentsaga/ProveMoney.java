package io.paymentsaga;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.paymentsaga.proof.BookedMoney;
import io.paymentsaga.proof.Difference;
import io.paymentsaga.proof.MoneyProof;
import io.paymentsaga.proof.ProofTotals;
import io.paymentsaga.proof.Sums;
import io.paymentsaga.stripe.StripeGateway;
import io.paymentsaga.stripe.StripeUnavailableException;
import java.io.PrintStream;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/**
 * The command {@code prove-money}: the same comparison the service makes, from a shell. It reads
 * the configured database and Stripe, writes nothing, and starts no part of the service.
 */
final class ProveMoney {
  static final String NAME = "prove-money";

  private static final String USAGE =
      "Usage: " + NAME + " --from 2026-11-01T00:00:00Z [--to 2026-11-02T00:00:00Z]";

  private static final int NOTHING_DIFFERS = 0;
  private static final int SOMETHING_DIFFERS = 1;
  private static final int NOT_MADE = 2;

  private final Clock clock;
  private final PrintStream out;
  private final PrintStream err;

  ProveMoney(Clock clock, PrintStream out, PrintStream err) {
    this.clock = clock;
    this.out = out;
    this.err = err;
  }

  /**
   * Runs it.
   *
   * @return 0 when nothing differs, 1 when something does, 2 when the proof could not be made
   */
  int run(List<String> arguments) {
    CamelContext properties = new DefaultCamelContext();
    try {
      properties.getPropertiesComponent().setLocation("file:application.properties");
      properties.build();
      Map<String, Instant> times = times(arguments);
      return prove(
          new Settings(properties),
          times.get("--from").truncatedTo(ChronoUnit.SECONDS),
          times.getOrDefault("--to", clock.instant()));
    } catch (ConfigurationException | IllegalArgumentException wrong) {
      err.println(wrong.getMessage());
    } catch (StripeUnavailableException | DataAccessException away) {
      err.println("The proof could not be made: " + away.getMessage());
    } finally {
      properties.stop();
    }
    return NOT_MADE;
  }

  private static Map<String, Instant> times(List<String> arguments) {
    Map<String, Instant> times = new HashMap<>();
    if (arguments.size() % 2 != 0) {
      throw new IllegalArgumentException(USAGE);
    }
    for (int index = 0; index < arguments.size(); index += 2) {
      times.put(arguments.get(index), time(arguments.get(index + 1)));
    }
    if (!times.containsKey("--from") || !Set.of("--from", "--to").containsAll(times.keySet())) {
      throw new IllegalArgumentException(USAGE);
    }
    return times;
  }

  private static Instant time(String text) {
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException wrong) {
      throw new IllegalArgumentException(text + " is no time. " + USAGE);
    }
  }

  private int prove(Settings settings, Instant from, Instant to) {
    if (!from.isBefore(to)) {
      throw new IllegalArgumentException("There is no time between --from and --to. " + USAGE);
    }
    StripeGateway stripe =
        new StripeGateway(Wiring.stripeSettings(settings), clock, new SimpleMeterRegistry());
    try (SingleConnectionDataSource database = database(settings)) {
      MoneyProof proof =
          new MoneyProof(
              stripe.ledger(),
              new BookedMoney(JdbcClient.create(database), Resources::text),
              settings.duration("moneyProof.grace"),
              clock);
      out.printf("Stripe and the database, %s to %s%n", from, to.truncatedTo(ChronoUnit.SECONDS));
      ProofTotals totals = proof.proveAll(from, to, this::print);
      print(totals);
      return totals.differences() == 0 ? NOTHING_DIFFERS : SOMETHING_DIFFERS;
    }
  }

  private static SingleConnectionDataSource database(Settings settings) {
    return new SingleConnectionDataSource(
        settings.text("database.url"),
        settings.text("database.user"),
        settings.secret("database.password", "DATABASE_PASSWORD"),
        true);
  }

  private void print(MoneyProof.Finding finding) {
    finding.differences().forEach(this::print);
  }

  private void print(Difference difference) {
    out.printf(
        "%n%s %s%s%n  payment   %s%n  at Stripe %s%n  here      %s%n  to do     %s%n",
        difference.kind(),
        difference.stripeObject(),
        difference.settled() ? "" : ", may be under way",
        difference.paymentId(),
        json(difference.evidence().get("stripe")),
        json(difference.evidence().get("here")),
        difference.proposal());
  }

  private void print(ProofTotals totals) {
    out.printf(
        "%nsessions        %d%npayment intents %d%nrefunds         %d%nnot ours        %d%npayments"
            + "        %d%n",
        totals.sessions(),
        totals.paymentIntents(),
        totals.refunds(),
        totals.foreign(),
        totals.payments());
    for (Map.Entry<String, Sums> entry : totals.sums().entrySet()) {
      Sums sums = entry.getValue();
      out.printf(
          "%s captured    %d at Stripe, %d here%n%s refunded    %d at Stripe, %d here%n",
          entry.getKey(),
          sums.capturedAtStripe(),
          sums.capturedHere(),
          entry.getKey(),
          sums.refundedAtStripe(),
          sums.refundedHere());
    }
    out.printf("differences     %d%nunder way       %d%n", totals.differences(), totals.underWay());
  }

  private static String json(Object value) {
    try {
      return new ObjectMapper().writeValueAsString(value);
    } catch (JsonProcessingException unwritable) {
      throw new IllegalStateException("Evidence cannot be written", unwritable);
    }
  }
}
