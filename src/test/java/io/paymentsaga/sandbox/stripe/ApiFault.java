package io.paymentsaga.sandbox.stripe;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A way for an API call to go wrong.
 *
 * @param calls a regular expression for the whole of method and path, such as {@code POST
 *     /v1/refunds.*}
 * @param times how many matching calls it hits before it is used up
 * @param status of the answer, for the three kinds that answer something else
 * @param errorType Stripe's {@code type} in that answer
 * @param errorCode Stripe's {@code code} in that answer, null for none
 * @param delay for the four kinds that delay
 * @param retryAfter for the {@code Retry-After} header, in whole seconds; zero leaves it out
 * @param remembered whether the idempotency key remembers the failure, as Stripe's own does, or the
 *     true answer, as behind a broken gateway; for {@link Kind#FAIL_AFTER_ACTING}
 */
public record ApiFault(
    Kind kind,
    Pattern calls,
    int times,
    int status,
    String errorType,
    String errorCode,
    Duration delay,
    Duration retryAfter,
    boolean remembered) {

  /** What goes wrong. */
  public enum Kind {
    /** Answers an error without acting. */
    REFUSE,
    /** Closes the connection without acting, in the middle of an answer that says nothing. */
    CLOSE_BEFORE_ACTING,
    /** Acts, then closes the connection in the same way: the reply is lost. */
    CLOSE_AFTER_ACTING,
    /** Acts, then answers an error. */
    FAIL_AFTER_ACTING,
    /** Acts only after the delay, even when the caller has hung up by then. */
    DELAY_ACTING,
    /** Acts at once and answers after the delay. */
    DELAY_ANSWER,
    /** Answers an error without acting, and the idempotency key remembers that. */
    FAIL_BEFORE_ACTING,
    /** Says nothing for the delay, then closes the connection, and has not acted. */
    HANG_BEFORE_ACTING,
    /** Acts at once, says nothing for the delay, then closes the connection. */
    HANG_AFTER_ACTING
  }

  private static final Pattern EVERY_CALL = Pattern.compile(".*");
  private static final int ALWAYS = Integer.MAX_VALUE;

  public static ApiFault refuse(int status, String errorType) {
    return answering(Kind.REFUSE, status, errorType, null, Duration.ZERO);
  }

  public static ApiFault rateLimited(Duration retryAfter) {
    return answering(Kind.REFUSE, 429, "invalid_request_error", "rate_limit", retryAfter);
  }

  /**
   * Something else holds the object.
   *
   * @param status 409, as the SDK knows it, or 429, as Stripe's pages have it
   */
  public static ApiFault lockTimeout(int status) {
    return answering(Kind.REFUSE, status, "invalid_request_error", "lock_timeout", Duration.ZERO);
  }

  public static ApiFault closeBeforeActing() {
    return of(Kind.CLOSE_BEFORE_ACTING, Duration.ZERO);
  }

  public static ApiFault closeAfterActing() {
    return of(Kind.CLOSE_AFTER_ACTING, Duration.ZERO);
  }

  public static ApiFault failBeforeActing(int status) {
    return answering(Kind.FAIL_BEFORE_ACTING, status, "api_error", null, Duration.ZERO);
  }

  public static ApiFault failAfterActing(int status) {
    return answering(Kind.FAIL_AFTER_ACTING, status, "api_error", null, Duration.ZERO);
  }

  public static ApiFault hangBeforeActing(Duration silence) {
    return of(Kind.HANG_BEFORE_ACTING, silence);
  }

  public static ApiFault hangAfterActing(Duration silence) {
    return of(Kind.HANG_AFTER_ACTING, silence);
  }

  public static ApiFault delayActing(Duration delay) {
    return of(Kind.DELAY_ACTING, delay);
  }

  public static ApiFault delayAnswer(Duration delay) {
    return of(Kind.DELAY_ANSWER, delay);
  }

  /** The same fault for matching calls only; see {@link #calls}. */
  public ApiFault onCalls(String regex) {
    return new ApiFault(
        kind,
        Pattern.compile(regex),
        times,
        status,
        errorType,
        errorCode,
        delay,
        retryAfter,
        remembered);
  }

  /** The same fault for the first so many calls only. */
  public ApiFault times(int count) {
    return new ApiFault(
        kind, calls, count, status, errorType, errorCode, delay, retryAfter, remembered);
  }

  /** The same fault, forgotten by the idempotency key. */
  public ApiFault notRemembered() {
    return new ApiFault(kind, calls, times, status, errorType, errorCode, delay, retryAfter, false);
  }

  private static ApiFault of(Kind kind, Duration delay) {
    return new ApiFault(
        kind, EVERY_CALL, ALWAYS, 500, "api_error", null, delay, Duration.ZERO, true);
  }

  private static ApiFault answering(
      Kind kind, int status, String errorType, String errorCode, Duration retryAfter) {
    return new ApiFault(
        kind, EVERY_CALL, ALWAYS, status, errorType, errorCode, Duration.ZERO, retryAfter, true);
  }

  static ApiFault read(SwitchReader switches) {
    switches.knowing(
        "kind",
        "calls",
        "times",
        "status",
        "errorType",
        "errorCode",
        "delayMillis",
        "retryAfterSeconds",
        "remembered");
    int status = switches.count("status", 500);
    return new ApiFault(
        Kind.valueOf(switches.requiredText("kind").toUpperCase(Locale.ROOT)),
        Pattern.compile(switches.text("calls", EVERY_CALL.pattern())),
        switches.count("times", ALWAYS),
        status,
        switches.text("errorType", status < 500 ? "invalid_request_error" : "api_error"),
        switches.text("errorCode").orElse(status == 429 ? "rate_limit" : null),
        switches.millis("delayMillis", Duration.ZERO),
        Duration.ofSeconds(switches.number("retryAfterSeconds", 0)),
        switches.flag("remembered", true));
  }

  JsonObject toJson() {
    return new JsonObject()
        .put("kind", kind.name().toLowerCase(Locale.ROOT))
        .put("calls", calls.pattern())
        .put("times", times)
        .put("status", status)
        .put("errorType", errorType)
        .put("errorCode", errorCode)
        .put("delayMillis", delay.toMillis())
        .put("retryAfterSeconds", retryAfter.toSeconds())
        .put("remembered", remembered);
  }

  /** For people. */
  String inWords() {
    return switch (kind) {
      case REFUSE -> status + (errorCode == null ? "" : " " + errorCode) + ", not done";
      case CLOSE_BEFORE_ACTING -> "connection broken, not done";
      case CLOSE_AFTER_ACTING -> "done, reply lost";
      case FAIL_BEFORE_ACTING -> status + ", not done, remembered";
      case FAIL_AFTER_ACTING -> status + ", although done" + (remembered ? ", remembered" : "");
      case DELAY_ACTING -> "done after " + delay.toMillis() + " ms";
      case DELAY_ANSWER -> "done, answered after " + delay.toMillis() + " ms";
      case HANG_BEFORE_ACTING -> "silence for " + delay.toMillis() + " ms, not done";
      case HANG_AFTER_ACTING -> "done, silence for " + delay.toMillis() + " ms";
    };
  }

  boolean concerns(String method, String path) {
    return calls.matcher(method + " " + path).matches();
  }

  ApiAnswer failure() {
    return new ApiError(
            status, errorType, errorCode, null, "The simulator was told to fail this call.")
        .toAnswer();
  }
}
