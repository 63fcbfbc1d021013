package io.paymentsaga.sandbox.stripe;

import com.stripe.Stripe;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What every API call passes: the log, authentication, the mischief, the idempotency keys. A call
 * acts under the lock of the {@link Ledger}; delays are waited outside of it.
 */
final class ApiEntrance {
  private static final Logger LOG = LoggerFactory.getLogger(ApiEntrance.class);

  /** Carries out a call and returns its answer as JSON, or throws an {@link ApiError}. */
  interface Endpoint extends Function<ApiRequest, JsonObject> {}

  /**
   * @param overLimit which limit it exceeds
   */
  private record Call(
      RoutingContext context,
      Endpoint endpoint,
      ApiRequest request,
      Optional<String> overLimit,
      Optional<ApiFault> fault) {
    Optional<String> key() {
      return Optional.ofNullable(request.cause().idempotencyKey());
    }

    boolean isHitBy(ApiFault.Kind kind) {
      return fault.filter(hit -> hit.kind() == kind).isPresent();
    }
  }

  private final Vertx vertx;
  private final Ledger ledger;
  private final Expansion expansion;
  private final IdempotencyKeys keys;
  private final Mischief mischief;
  private final ApiCallLog log;
  private final String secretKey;
  private final Clock clock;
  private final CallMeter meter = new CallMeter();

  ApiEntrance(
      Vertx vertx,
      Ledger ledger,
      IdempotencyKeys keys,
      Mischief mischief,
      ApiCallLog log,
      String secretKey,
      Clock clock) {
    this.vertx = vertx;
    this.ledger = ledger;
    this.expansion = new Expansion(ledger);
    this.keys = keys;
    this.mischief = mischief;
    this.log = log;
    this.secretKey = secretKey;
    this.clock = clock;
  }

  void serve(RoutingContext context, Endpoint endpoint) {
    Call call = arrive(context, endpoint);
    try {
      authenticate(context.request());
      if (call.overLimit().isPresent()) {
        refuseForRate(call, call.overLimit().get());
      } else if (call.isHitBy(ApiFault.Kind.REFUSE)) {
        answer(call, call.fault().orElseThrow().failure(), Optional.empty());
      } else if (call.isHitBy(ApiFault.Kind.CLOSE_BEFORE_ACTING)) {
        breakOff(context);
      } else if (call.isHitBy(ApiFault.Kind.HANG_BEFORE_ACTING)) {
        after(call.fault().orElseThrow().delay(), () -> breakOff(context));
      } else {
        begin(call);
      }
    } catch (ApiError refusal) {
      answer(call, refusal.toAnswer(), Optional.empty());
    }
  }

  private Call arrive(RoutingContext context, Endpoint endpoint) {
    HttpServerRequest http = context.request();
    boolean isPost = http.method().equals(HttpMethod.POST);
    String requestId = ledger.identifiers().request();
    // Stripe knows idempotency keys on POST only.
    String key = isPost ? http.getHeader("Idempotency-Key") : null;
    FormParameters parameters =
        FormParameters.parse(
            Optional.ofNullable(isPost ? context.body().asString() : http.query()).orElse(""));
    String operation = http.method().name() + " " + context.currentRoute().getPath();
    Optional<String> overLimit = meter.refuse(operation, mischief.limits());
    Optional<ApiFault> fault =
        overLimit.isPresent()
            ? Optional.empty()
            : mischief.strike(http.method().name(), http.path(), operation, requestId);
    log.arrived(
        new ApiCall(
            requestId,
            clock.instant(),
            http.method().name(),
            http.path(),
            parameters.asMap(),
            key,
            fault.map(ApiFault::kind).orElse(null),
            0,
            false));
    ApiRequest request =
        new ApiRequest(http.path(), context.pathParam("id"), parameters, new Cause(requestId, key));
    return new Call(context, endpoint, request, overLimit, fault);
  }

  private void refuseForRate(Call call, String reason) {
    HttpServerRequest http = call.context().request();
    mischief.remember(
        http.method().name() + " " + http.path(),
        call.request().cause().requestId(),
        "429, over the limit: " + reason);
    call.context().response().putHeader("Stripe-Rate-Limited-Reason", reason);
    answer(call, ApiFault.rateLimited(Duration.ZERO).failure(), Optional.empty());
  }

  private void authenticate(HttpServerRequest http) {
    String authorization = http.getHeader("Authorization");
    if (authorization == null) {
      throw ApiError.unauthorized(
          "You did not provide an API key. You need to provide your API key in the Authorization"
              + " header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').");
    }
    if (!authorization.equals("Bearer " + secretKey) && !authorization.equals(basic(secretKey))) {
      throw ApiError.unauthorized("Invalid API Key provided: ****");
    }
  }

  private static String basic(String user) {
    byte[] credentials = (user + ":").getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(credentials);
  }

  private void begin(Call call) {
    ApiRequest request = call.request();
    Optional<IdempotencyKeys.Replay> replay =
        call.key()
            .flatMap(
                key ->
                    keys.begin(
                        key,
                        request.cause().requestId(),
                        request.path(),
                        request.parameters().asMap()));
    if (replay.isPresent()) {
      reply(call, replay.get().answer(), replay);
    } else if (call.isHitBy(ApiFault.Kind.FAIL_BEFORE_ACTING)) {
      reply(call, call.fault().orElseThrow().failure(), Optional.empty());
    } else if (call.isHitBy(ApiFault.Kind.DELAY_ACTING)) {
      after(call.fault().orElseThrow().delay(), () -> act(call));
    } else {
      act(call);
    }
  }

  private void act(Call call) {
    reply(call, carryOut(call), Optional.empty());
  }

  private ApiAnswer carryOut(Call call) {
    ApiRequest request = call.request();
    try {
      JsonObject json =
          ledger.atomically(
              request.cause(),
              () ->
                  expansion.expand(
                      call.endpoint().apply(request), request.parameters().texts("expand")));
      return new ApiAnswer(200, json.encodePrettily());
    } catch (ApiError refusal) {
      if (refusal.isOfValidation()) {
        call.key().ifPresent(keys::forget);
      }
      return refusal.toAnswer();
    } catch (RuntimeException bug) {
      LOG.error("The simulator failed at {}", request.path(), bug);
      return new ApiError(500, "api_error", null, null, "The simulator failed: " + bug).toAnswer();
    }
  }

  private void reply(Call call, ApiAnswer answer, Optional<IdempotencyKeys.Replay> replay) {
    if (call.isHitBy(ApiFault.Kind.DELAY_ANSWER)) {
      after(
          call.fault().orElseThrow().delay(),
          () -> {
            finish(call, answer);
            answer(call, answer, replay);
          });
    } else if (call.isHitBy(ApiFault.Kind.CLOSE_AFTER_ACTING)) {
      finish(call, answer);
      breakOff(call.context());
    } else if (call.isHitBy(ApiFault.Kind.HANG_AFTER_ACTING)) {
      finish(call, answer);
      after(call.fault().orElseThrow().delay(), () -> breakOff(call.context()));
    } else if (call.isHitBy(ApiFault.Kind.FAIL_AFTER_ACTING)) {
      ApiFault fault = call.fault().orElseThrow();
      finish(call, fault.remembered() && replay.isEmpty() ? fault.failure() : answer);
      answer(call, fault.failure(), Optional.empty());
    } else {
      finish(call, answer);
      answer(call, answer, replay);
    }
  }

  private void finish(Call call, ApiAnswer answer) {
    call.key().ifPresent(key -> keys.finish(key, answer));
  }

  private void answer(Call call, ApiAnswer answer, Optional<IdempotencyKeys.Replay> replay) {
    String requestId = call.request().cause().requestId();
    log.answered(requestId, answer.status(), replay.isPresent());
    HttpServerResponse response = call.context().response();
    if (response.closed()) {
      return;
    }
    response
        .setStatusCode(answer.status())
        .putHeader("Content-Type", "application/json")
        .putHeader("Request-Id", requestId)
        .putHeader("Stripe-Version", Stripe.API_VERSION);
    call.key()
        .ifPresent(
            key ->
                response
                    .putHeader("Idempotency-Key", key)
                    .putHeader(
                        "Original-Request",
                        replay.map(IdempotencyKeys.Replay::originalRequestId).orElse(requestId)));
    if (replay.isPresent()) {
      response.putHeader("Idempotent-Replayed", "true");
    }
    call.fault()
        .map(ApiFault::retryAfter)
        .filter(pause -> !pause.isZero())
        .ifPresent(pause -> response.putHeader("Retry-After", Long.toString(pause.toSeconds())));
    response.end(answer.body());
  }

  // The JDK's own client quietly repeats a POST whose connection closes before an answer begins, so
  // the answer begins, says nothing, and breaks off; in chunks, because it takes a short body of a
  // promised length for whole.
  private static void breakOff(RoutingContext context) {
    HttpServerResponse response = context.response();
    if (!response.closed()) {
      response
          .setChunked(true)
          .write("{")
          .onComplete(written -> context.request().connection().close());
    }
  }

  private void after(Duration delay, Runnable work) {
    vertx.setTimer(Math.max(1, delay.toMillis()), timer -> work.run());
  }
}
