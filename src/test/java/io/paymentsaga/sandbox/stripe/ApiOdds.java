package io.paymentsaga.sandbox.stripe;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/**
 * How likely it is that an API call goes wrong, in one way at most: the odds add up to 1 or less.
 *
 * @param calls a regular expression for the whole of method and path, as in {@link ApiFault}
 * @param resetBefore that the connection breaks and nothing was done
 * @param resetAfter that it breaks when all was done: the reply is lost
 * @param timeoutBefore that nothing is done and no answer comes for {@code hang}
 * @param timeoutAfter that all is done and no answer comes for {@code hang}
 * @param failBefore a 500 for something that was not done
 * @param failAfter a 500 for something that was done, which the idempotency key then replays
 * @param lockTimeout a 409 or a 429 with the code {@code lock_timeout}
 * @param rateLimit a 429 that says nothing more
 * @param rateLimitRetryAfter a 429 with {@code Retry-After: 1}
 * @param slow that the answer takes up to {@code slowUpTo}
 */
public record ApiOdds(
    Pattern calls,
    double resetBefore,
    double resetAfter,
    double timeoutBefore,
    double timeoutAfter,
    Duration hang,
    double failBefore,
    double failAfter,
    double lockTimeout,
    double rateLimit,
    double rateLimitRetryAfter,
    double slow,
    Duration slowUpTo) {

  static final ApiOdds NONE = read(SwitchReader.of(new JsonObject()));

  private static final double ROUNDING = 1e-9;

  static ApiOdds read(SwitchReader switches) {
    switches.knowing(
        "calls",
        "resetBefore",
        "resetAfter",
        "timeoutBefore",
        "timeoutAfter",
        "hangMillis",
        "failBefore",
        "failAfter",
        "lockTimeout",
        "rateLimit",
        "rateLimitRetryAfter",
        "slow",
        "slowUpToMillis");
    ApiOdds odds =
        new ApiOdds(
            Pattern.compile(switches.text("calls", ".*")),
            switches.probability("resetBefore"),
            switches.probability("resetAfter"),
            switches.probability("timeoutBefore"),
            switches.probability("timeoutAfter"),
            switches.millis("hangMillis", Duration.ofSeconds(30)),
            switches.probability("failBefore"),
            switches.probability("failAfter"),
            switches.probability("lockTimeout"),
            switches.probability("rateLimit"),
            switches.probability("rateLimitRetryAfter"),
            switches.probability("slow"),
            switches.millis("slowUpToMillis", Duration.ofSeconds(2)));
    if (odds.sum() > 1 + ROUNDING) {
      throw ApiError.invalid("The odds of API calls add up to more than 1", null, switches.path());
    }
    return odds;
  }

  JsonObject toJson() {
    return new JsonObject()
        .put("calls", calls.pattern())
        .put("resetBefore", resetBefore)
        .put("resetAfter", resetAfter)
        .put("timeoutBefore", timeoutBefore)
        .put("timeoutAfter", timeoutAfter)
        .put("hangMillis", hang.toMillis())
        .put("failBefore", failBefore)
        .put("failAfter", failAfter)
        .put("lockTimeout", lockTimeout)
        .put("rateLimit", rateLimit)
        .put("rateLimitRetryAfter", rateLimitRetryAfter)
        .put("slow", slow)
        .put("slowUpToMillis", slowUpTo.toMillis());
  }

  boolean isCalm() {
    return sum() == 0;
  }

  boolean concerns(String method, String path) {
    return calls.matcher(method + " " + path).matches();
  }

  Optional<ApiFault> draw(RandomGenerator dice) {
    Slice slice = new Slice(dice.nextDouble());
    if (slice.holds(resetBefore)) {
      return Optional.of(ApiFault.closeBeforeActing());
    }
    if (slice.holds(resetAfter)) {
      return Optional.of(ApiFault.closeAfterActing());
    }
    if (slice.holds(timeoutBefore)) {
      return Optional.of(ApiFault.hangBeforeActing(hang));
    }
    if (slice.holds(timeoutAfter)) {
      return Optional.of(ApiFault.hangAfterActing(hang));
    }
    if (slice.holds(failBefore)) {
      return Optional.of(ApiFault.refuse(500, "api_error"));
    }
    if (slice.holds(failAfter)) {
      return Optional.of(ApiFault.failAfterActing(500));
    }
    if (slice.holds(lockTimeout)) {
      return Optional.of(ApiFault.lockTimeout(dice.nextBoolean() ? 409 : 429));
    }
    if (slice.holds(rateLimit)) {
      return Optional.of(ApiFault.rateLimited(Duration.ZERO));
    }
    if (slice.holds(rateLimitRetryAfter)) {
      return Optional.of(ApiFault.rateLimited(Duration.ofSeconds(1)));
    }
    if (slice.holds(slow)) {
      Duration delay = Duration.ofMillis((long) (slowUpTo.toMillis() * dice.nextDouble()));
      return Optional.of(ApiFault.delayAnswer(delay));
    }
    return Optional.empty();
  }

  private double sum() {
    return resetBefore
        + resetAfter
        + timeoutBefore
        + timeoutAfter
        + failBefore
        + failAfter
        + lockTimeout
        + rateLimit
        + rateLimitRetryAfter
        + slow;
  }

  /** Lays the odds side by side and says in which of them one throw falls. */
  private static final class Slice {
    private double left;

    Slice(double thrown) {
      left = thrown;
    }

    boolean holds(double width) {
      left -= width;
      return left < 0 && width > 0;
    }
  }
}
