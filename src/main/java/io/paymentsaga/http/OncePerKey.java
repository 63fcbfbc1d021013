package io.paymentsaga.http;

import java.time.Duration;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.Route;
import org.apache.camel.spi.Policy;
import org.apache.camel.util.ObjectHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;

/**
 * Put around a route, has it run once for all calls that carry the same {@code Idempotency-Key}:
 * the others are answered the same. Without a key the route just runs. In YAML: {@code policy:}
 * with {@code ref: oncePerKey}, as the first step; the exchange property {@code caller} must be
 * set.
 *
 * <p>The first final answer is kept for as long as the key is; what follows an answer that is not
 * final goes on where that call has stopped, by the exchange property {@code unfinishedPaymentId}.
 * A problem the route ends with is answered here, by the same processor as without a key.
 */
public final class OncePerKey implements Policy {
  /** The exchange property with the payment to go on with; absent when there is none. */
  public static final String UNFINISHED_PAYMENT = "unfinishedPaymentId";

  /** The exchange property that is there while a call holds its key. */
  public static final String CLAIM = IdempotencyKeys.CLAIM;

  private static final Logger LOG = LoggerFactory.getLogger(OncePerKey.class);
  private static final Duration SOON = Duration.ofSeconds(1);

  private final IdempotencyKeys keys;
  private final String issuer;
  private final Processor problems;
  private final Policy transaction;

  private OncePerKey(IdempotencyKeys keys, String issuer, Processor problems, Policy transaction) {
    this.keys = keys;
    this.issuer = issuer;
    this.problems = problems;
    this.transaction = transaction;
  }

  /**
   * For a route that keeps its answer itself, or whose effect may come twice.
   *
   * @param issuer whose tokens callers have
   * @param problems turns the exception of an exchange into the answer, and leaves there which
   *     problem it is
   */
  public static OncePerKey of(IdempotencyKeys keys, String issuer, Processor problems) {
    return new OncePerKey(keys, issuer, problems, null);
  }

  /** The same for a route whose effect and kept answer are to be one transaction. */
  public OncePerKey in(Policy oneTransaction) {
    return new OncePerKey(keys, issuer, problems, oneTransaction);
  }

  @Override
  public void beforeWrap(Route route, NamedNode definition) {}

  @Override
  public Processor wrap(Route route, Processor body) {
    Processor kept = exchange -> runAndKeep(exchange, body);
    Processor once = transaction == null ? kept : inTransaction(route, kept);
    return exchange -> {
      Object header = exchange.getMessage().getHeader(IdempotencyKey.HEADER);
      if (header == null) {
        body.process(exchange);
      } else {
        runOnce(exchange, key(exchange, header), once);
      }
    };
  }

  private Processor inTransaction(Route route, Processor kept) {
    try {
      return transaction.wrap(route, kept);
    } catch (Exception e) {
      throw new IllegalStateException("No transaction can be put around " + route, e);
    }
  }

  private IdempotencyKey key(Exchange exchange, Object header) {
    Caller caller = exchange.getProperty(Caller.PROPERTY, Caller.class);
    return IdempotencyKey.of(header.toString(), issuer, caller);
  }

  private void runOnce(Exchange exchange, IdempotencyKey key, Processor once) throws Exception {
    String fingerprint = fingerprint(exchange);
    Optional<Claim> claim = keys.claim(key, fingerprint);
    if (claim.isEmpty()) {
      repeat(exchange, keys.standing(key, fingerprint));
      return;
    }
    exchange.setProperty(IdempotencyKeys.CLAIM, claim.get());
    exchange.setProperty(UNFINISHED_PAYMENT, claim.get().paymentId());
    try {
      once.process(exchange);
    } catch (Exception failure) {
      exchange.setException(failure);
    }
    if (exchange.getException() != null) {
      answerProblem(exchange, claim.get());
    }
  }

  private static String fingerprint(Exchange exchange) {
    byte[] body = exchange.getMessage().getBody(byte[].class);
    return IdempotencyKey.digest(
        exchange.getMessage().getHeader(Exchange.HTTP_METHOD, "", String.class),
        exchange.getMessage().getHeader(Exchange.HTTP_PATH, "", String.class),
        body == null ? "" : JsonBodies.canonical(body));
  }

  private static void repeat(Exchange exchange, Optional<IdempotencyKeys.Standing> standing) {
    if (standing.isEmpty()) {
      throw ProblemException.inProgress(SOON);
    }
    if (!standing.get().same()) {
      throw ProblemException.unprocessable(
          "The Idempotency-Key was used before, for a call with another body or path.");
    }
    Answer answer =
        standing
            .get()
            .answer()
            .orElseThrow(() -> ProblemException.inProgress(standing.get().held()));
    answer.repeat(exchange);
  }

  private void runAndKeep(Exchange exchange, Processor body) throws Exception {
    body.process(exchange);
    if (exchange.getException() == null) {
      keys.keep(exchange);
    }
  }

  /** Whatever the route wrote in a transaction with its answer is rolled back by now. */
  private void answerProblem(Exchange exchange, Claim claim) throws Exception {
    exchange.setProperty(Exchange.EXCEPTION_CAUGHT, exchange.getException());
    exchange.setException(null);
    problems.process(exchange);
    try {
      if (comesAgain(exchange)) {
        keys.keep(claim, Answer.of(exchange));
      } else {
        keys.release(claim);
      }
    } catch (DataAccessException away) {
      // Whoever repeats the call waits for the lease instead.
      LOG.warn("Call {} could not give back its key", CorrelationIds.of(exchange), away);
    }
  }

  private static boolean comesAgain(Exchange exchange) {
    Exception failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
    ProblemException problem = ObjectHelper.getException(ProblemException.class, failure);
    return problem != null && problem.comesAgain();
  }
}
