package io.paymentsaga.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.paymentsaga.sandbox.SandboxEnvironment;
import io.paymentsaga.sandbox.stripe.ApiFault;
import io.paymentsaga.sandbox.stripe.WebhookSignature;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A service with few threads and little memory, asked for several times what it can do. */
class OverloadIT {
  private static final int WORKERS = 8;

  /** Of the threads, those for the API. */
  private static final int CHECKOUTS_AT_ONCE = 5;

  private static final Duration STRIPE_TAKES = Duration.ofMillis(250);
  private static final Duration MEASURED = Duration.ofSeconds(4);
  private static final int TIMES_CAPACITY = 6;
  private static final int WEBHOOKS_A_SECOND = 20;

  @RegisterExtension static final SandboxEnvironment sandbox = new SandboxEnvironment();
  private static PaymentService service;
  private static ExecutorService callers;

  @BeforeAll
  static void start() {
    service =
        PaymentService.start(
            sandbox,
            Map.of(
                "HTTP_WORKERS",
                Integer.toString(WORKERS),
                "JAVA_TOOL_OPTIONS",
                "-Xmx160m -XX:+ExitOnOutOfMemoryError"));
    service
        .stripe()
        .mischief()
        .inject(ApiFault.delayAnswer(STRIPE_TAKES).onCalls("POST /v1/checkout/sessions"));
    callers = Executors.newCachedThreadPool();
  }

  @AfterAll
  static void stop() {
    callers.shutdownNow();
    service.close();
  }

  private record Timed(Answer answer, Duration took) {
    static Timed of(Supplier<Answer> call) {
      long begin = System.nanoTime();
      Answer answer = call.get();
      return new Timed(answer, Duration.ofNanos(System.nanoTime() - begin));
    }

    int status() {
      return answer.status();
    }
  }

  @Test
  void what_is_too_much_is_refused_quickly_and_the_rest_goes_on() {
    asManyAsItCan();
    double capacity = asManyAsItCan();
    long rate = Math.round(TIMES_CAPACITY * capacity);

    CompletableFuture<List<Timed>> checkouts =
        atRate(rate, () -> service.api().checkout(Order.some()));
    CompletableFuture<List<Timed>> webhooks = atRate(WEBHOOKS_A_SECOND, OverloadIT::webhook);
    CompletableFuture<List<Timed>> health = atRate(5, () -> service.api("").get("/health/live"));

    List<Timed> refused = checkouts.join().stream().filter(call -> call.status() != 201).toList();
    double accepted = perSecond(checkouts.join().size() - refused.size());
    System.out.printf(
        "Overload: %.1f/s at capacity, %d/s offered, %.1f/s accepted; refused p50 %s p99 %s;"
            + " webhooks p50 %s p99 %s%n",
        capacity,
        rate,
        accepted,
        percentile(refused, 50),
        percentile(refused, 99),
        percentile(webhooks.join(), 50),
        percentile(webhooks.join(), 99));
    assertThat(accepted).isGreaterThanOrEqualTo(0.6 * capacity);
    assertThat(refused)
        .isNotEmpty()
        .allSatisfy(
            call -> {
              call.answer().expect(503);
              assertThat(call.answer().header("Retry-After")).isPresent();
            });
    assertThat(percentile(refused, 50)).isLessThan(Duration.ofSeconds(1));
    assertThat(percentile(refused, 99)).isLessThan(Duration.ofSeconds(4));
    assertThat(webhooks.join()).extracting(Timed::status).containsOnly(200);
    assertThat(percentile(webhooks.join(), 99)).isLessThan(Duration.ofSeconds(2));
    assertThat(health.join()).extracting(Timed::status).containsOnly(200);
    assertThat(service.log()).doesNotContain("java.lang.OutOfMemoryError");
    service.checkout();
  }

  /** So many callers as are served at once, each of whom waits for an answer before it goes on. */
  private static double asManyAsItCan() {
    long end = System.nanoTime() + MEASURED.toNanos();
    List<CompletableFuture<Integer>> each =
        IntStream.range(0, CHECKOUTS_AT_ONCE)
            .mapToObj(
                caller ->
                    CompletableFuture.supplyAsync(
                        () -> {
                          int done = 0;
                          while (System.nanoTime() < end) {
                            service.api().checkout(Order.some()).expect(201);
                            done++;
                          }
                          return done;
                        },
                        callers))
            .toList();
    return perSecond(each.stream().mapToInt(CompletableFuture::join).sum());
  }

  /** Calls that begin at their time, however long others take. */
  private static CompletableFuture<List<Timed>> atRate(long rate, Supplier<Answer> call) {
    List<CompletableFuture<Timed>> calls =
        IntStream.range(0, Math.toIntExact(rate * MEASURED.toSeconds()))
            .mapToObj(
                number ->
                    CompletableFuture.supplyAsync(
                        () -> Timed.of(call),
                        CompletableFuture.delayedExecutor(
                            number * 1_000_000L / rate, TimeUnit.MICROSECONDS, callers)))
            .toList();
    return CompletableFuture.allOf(calls.toArray(CompletableFuture[]::new))
        .thenApply(all -> calls.stream().map(CompletableFuture::join).toList());
  }

  /** An event that means nothing, and is stored all the same. */
  private static Answer webhook() {
    String payload =
        """
        {"id":"evt_%s","object":"event","type":"product.created","api_version":"2025-01-01",
         "created":1,"livemode":false,"data":{"object":{"id":"prod_1","object":"product"}}}
        """
            .formatted(UUID.randomUUID());
    String secret = service.stripe().webhookSecret();
    return service.webhook(payload, WebhookSignature.header(payload, secret, Instant.now()));
  }

  private static double perSecond(long calls) {
    return calls / (double) MEASURED.toSeconds();
  }

  private static Duration percentile(List<Timed> calls, int percent) {
    List<Duration> sorted = calls.stream().map(Timed::took).sorted().toList();
    return sorted.isEmpty() ? Duration.ZERO : sorted.get((sorted.size() - 1) * percent / 100);
  }
}
