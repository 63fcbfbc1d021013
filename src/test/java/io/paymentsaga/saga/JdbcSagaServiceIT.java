package io.paymentsaga.saga;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.model.SagaCompletionMode;
import org.apache.camel.model.SagaPropagation;
import org.apache.camel.saga.CamelSagaCoordinator;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(60)
class JdbcSagaServiceIT {
  @RegisterExtension static final SagaDatabase DATABASE = new SagaDatabase();

  private static final SagaCause TEST = SagaCause.of("test");

  private SagaApplication application;
  private JdbcSagaService service;

  @BeforeEach
  void prepare() {
    application = new SagaApplication(DATABASE);
    service = application.service();
  }

  @AfterEach
  void stop() {
    application.close();
  }

  /** A trip of three bookings, to be decided by hand. */
  private final class Trip extends RouteBuilder {
    @Override
    public void configure() {
      from("direct:trip")
          .routeId("trip")
          .saga()
          .propagation(SagaPropagation.REQUIRES_NEW)
          .completionMode(SagaCompletionMode.MANUAL)
          .to("direct:flight", "direct:hotel", "direct:car");
      for (String booking : List.of("flight", "hotel", "car")) {
        from("direct:" + booking)
            .routeId(booking)
            .saga()
            .propagation(SagaPropagation.MANDATORY)
            .option("booking", constant(booking))
            .option("traveller", header("traveller"))
            .compensation("direct:cancel-" + booking)
            .log("booked");
        from("direct:cancel-" + booking).routeId("cancel-" + booking).process(application::run);
      }
      from("direct:complete").routeId("complete").to("saga:complete");
      from("direct:compensate").routeId("compensate").to("saga:compensate");
    }
  }

  /** A trip whose bookings are confirmed, and which is decided by its own success. */
  private final class ConfirmedTrip extends RouteBuilder {
    @Override
    public void configure() {
      from("direct:trip").routeId("trip").saga().to("direct:flight", "direct:hotel");
      for (String booking : List.of("flight", "hotel")) {
        from("direct:" + booking)
            .routeId(booking)
            .saga()
            .propagation(SagaPropagation.MANDATORY)
            .completion("direct:confirm-" + booking)
            .log("booked");
        from("direct:confirm-" + booking).routeId("confirm-" + booking).process(application::run);
      }
    }
  }

  private String startTrip() {
    Exchange trip = application.send("direct:trip", null);
    assertThat(trip.getException()).isNull();
    return trip.getMessage().getHeader(Exchange.SAGA_LONG_RUNNING_ACTION, String.class);
  }

  private void awaitState(String sagaId, SagaState state) {
    await().until(() -> DATABASE.state(sagaId) == state);
  }

  private CamelSagaCoordinator coordinator(String sagaId) {
    return service.getSaga(sagaId).join();
  }

  private Exchange exchange() {
    return new DefaultExchange(application.context());
  }

  @Test
  void a_saga_is_kept_with_what_the_exchange_says_of_it() throws Exception {
    application.start(new Trip());

    Exchange trip =
        application
            .producer()
            .send(
                "direct:trip",
                exchange -> {
                  exchange.setProperty(SagaExchange.KIND, "holiday");
                  exchange.setProperty(SagaExchange.CORRELATION_ID, "c-1");
                  exchange.setProperty(SagaExchange.CAUSE, "request");
                  exchange.setProperty(SagaExchange.ACTOR, "ada");
                });

    String sagaId = trip.getMessage().getHeader(Exchange.SAGA_LONG_RUNNING_ACTION, String.class);
    assertThat(DATABASE.saga(sagaId))
        .containsEntry("kind", "holiday")
        .containsEntry("correlation_id", "c-1")
        .containsEntry("state", "STARTED");
    assertThat(DATABASE.history(sagaId)).containsExactly("started");
    assertThat(DATABASE.steps(sagaId))
        .extracting(step -> step.get("name"))
        .containsExactly("flight", "hotel", "car");
  }

  @Test
  void compensations_run_last_enlisted_first() throws Exception {
    application.start(new Trip());
    String sagaId = startTrip();

    assertThat(application.send("direct:compensate", sagaId).getException()).isNull();

    awaitState(sagaId, SagaState.COMPENSATED);
    assertThat(application.runs()).containsExactly("cancel-car", "cancel-hotel", "cancel-flight");
    assertThat(DATABASE.history(sagaId))
        .containsExactly(
            "started",
            "state STARTED>COMPENSATING",
            "compensation-succeeded car",
            "compensation-succeeded hotel",
            "compensation-succeeded flight",
            "state COMPENSATING>COMPENSATED");
    assertThat(DATABASE.saga(sagaId).get("ended_at")).isNotNull();
    assertThat(DATABASE.saga(sagaId).get("lease_owner")).isNull();
    assertThat(DATABASE.steps(sagaId))
        .allSatisfy(
            step ->
                assertThat(step)
                    .containsEntry("status", "COMPENSATED")
                    .containsEntry("attempts", 1)
                    .doesNotContainEntry("run_ended_at", null));
  }

  @Test
  void a_compensation_gets_its_saga_its_options_and_nothing_else() throws Exception {
    AtomicReference<Exchange> seen = new AtomicReference<>();
    application.participant("cancel-hotel", seen::set);
    application.start(new Trip());
    String sagaId = startTrip();

    application.send("direct:compensate", sagaId);

    awaitState(sagaId, SagaState.COMPENSATED);
    assertThat(seen.get().getIn().getBody()).isNull();
    assertThat(seen.get().getIn().getHeaders())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(Exchange.SAGA_LONG_RUNNING_ACTION, sagaId, "booking", "hotel"));
    assertThat(seen.get().getProperty(SagaExchange.ATTEMPT)).isEqualTo(1);
  }

  @Test
  void a_failing_compensation_is_tried_again_before_the_next_one() throws Exception {
    application.participant(
        "cancel-hotel",
        exchange -> {
          if (exchange.getProperty(SagaExchange.ATTEMPT, Integer.class) < 3) {
            throw new IllegalStateException("hotel closed");
          }
        });
    application.start(new Trip());
    String sagaId = startTrip();

    application.send("direct:compensate", sagaId);

    awaitState(sagaId, SagaState.COMPENSATED);
    assertThat(application.runs())
        .containsExactly(
            "cancel-car", "cancel-hotel", "cancel-hotel", "cancel-hotel", "cancel-flight");
    assertThat(DATABASE.history(sagaId))
        .containsSequence(
            "compensation-failed hotel: hotel closed",
            "compensation-failed hotel: hotel closed",
            "compensation-succeeded hotel");
    assertThat(DATABASE.steps(sagaId).get(1)).containsEntry("attempts", 3);
  }

  @Test
  void after_the_last_attempt_an_operator_is_needed_and_the_rest_waits() throws Exception {
    application.participant(
        "cancel-hotel",
        exchange -> {
          throw new IllegalStateException("hotel gone");
        });
    application.start(new Trip());
    String sagaId = startTrip();

    application.send("direct:compensate", sagaId);

    awaitState(sagaId, SagaState.FAILED);
    assertThat(application.runs())
        .containsExactly("cancel-car", "cancel-hotel", "cancel-hotel", "cancel-hotel");
    assertThat(DATABASE.saga(sagaId))
        .containsEntry("reason", "The compensation of hotel failed: hotel gone")
        .containsEntry("due_at", null);
    assertThat(DATABASE.history(sagaId))
        .endsWith(
            "compensation-failed hotel: hotel gone",
            "state COMPENSATING>FAILED The compensation of hotel failed: hotel gone");
    assertThat(DATABASE.steps(sagaId))
        .extracting(step -> step.get("status"))
        .containsExactly("ENLISTED", "ENLISTED", "COMPENSATED");
    assertThat(
            application
                .send("direct:compensate", sagaId)
                .getException(SagaNotActiveException.class))
        .isNotNull();

    application.participant("cancel-hotel", exchange -> {});
    assertThat(service.advance(sagaId, SagaState.COMPENSATING, Set.of(), TEST)).isTrue();

    awaitState(sagaId, SagaState.COMPENSATED);
    assertThat(application.runs()).endsWith("cancel-hotel", "cancel-flight");
  }

  @Test
  void a_pending_compensation_is_run_again_and_counts_no_attempt() throws Exception {
    application.participant(
        "cancel-car",
        exchange -> {
          if (application.runs().size() < 6) {
            throw new StepPendingException(Duration.ofMillis(10));
          }
        });
    application.start(new Trip());
    String sagaId = startTrip();

    application.send("direct:compensate", sagaId);

    awaitState(sagaId, SagaState.COMPENSATED);
    assertThat(DATABASE.steps(sagaId).get(2)).containsEntry("attempts", 1);
    assertThat(DATABASE.history(sagaId)).doesNotContain("compensation-failed car");
  }

  @Test
  void a_compensation_no_route_names_is_not_run() throws Exception {
    application.start(new Trip());
    String sagaId = startTrip();
    DATABASE
        .jdbc()
        .sql("UPDATE saga_step SET compensation_uri = 'direct://trip' WHERE name = 'car'")
        .update();

    application.send("direct:compensate", sagaId);

    awaitState(sagaId, SagaState.FAILED);
    assertThat(application.runs()).isEmpty();
    assertThat(DATABASE.count("saga")).isEqualTo(1);
  }

  @Test
  void opening_and_enlisting_are_undone_with_their_transaction() throws Exception {
    application.start(new Trip());

    application
        .transaction()
        .executeWithoutResult(
            status -> {
              assertThat(DATABASE.steps(startTrip())).hasSize(3);
              status.setRollbackOnly();
            });

    assertThat(DATABASE.count("saga")).isZero();
    assertThat(DATABASE.count("saga_step")).isZero();
  }

  @Test
  void a_decision_is_undone_with_its_transaction_and_acted_upon_with_it() throws Exception {
    application.start(new Trip());
    String sagaId = startTrip();

    application
        .transaction()
        .executeWithoutResult(
            status -> {
              coordinator(sagaId).compensate(exchange()).join();
              status.setRollbackOnly();
            });
    assertThat(DATABASE.state(sagaId)).isEqualTo(SagaState.STARTED);

    application
        .transaction()
        .executeWithoutResult(status -> coordinator(sagaId).compensate(exchange()).join());
    awaitState(sagaId, SagaState.COMPENSATED);
    assertThat(application.runs()).hasSize(3);
  }

  @Test
  void a_step_enlisted_while_the_saga_is_compensated_is_compensated_too() throws Exception {
    application.start(new Trip());
    String sagaId = startTrip();

    decideWhileEnlisting("direct:compensate", "direct:car", sagaId);

    awaitState(sagaId, SagaState.COMPENSATED);
    assertThat(application.runs())
        .containsExactly("cancel-car", "cancel-car", "cancel-hotel", "cancel-flight");
  }

  @Test
  void a_completion_enlisted_while_the_saga_is_completed_is_run_too() throws Exception {
    application.start(
        new Trip(),
        new RouteBuilder() {
          @Override
          public void configure() {
            from("direct:meal")
                .routeId("meal")
                .saga()
                .propagation(SagaPropagation.MANDATORY)
                .completion("direct:confirm-meal")
                .log("ordered");
            from("direct:confirm-meal").routeId("confirm-meal").process(application::run);
          }
        });
    String sagaId = startTrip();

    decideWhileEnlisting("direct:complete", "direct:meal", sagaId);

    awaitState(sagaId, SagaState.COMPLETED);
    assertThat(application.runs()).containsExactly("confirm-meal");
  }

  /** Lets a decision wait for a step whose enlistment is not committed yet. */
  private void decideWhileEnlisting(String decision, String step, String sagaId) {
    CountDownLatch enlisted = new CountDownLatch(1);
    CountDownLatch commit = new CountDownLatch(1);
    CompletableFuture<Void> enlisting =
        CompletableFuture.runAsync(
            () ->
                application
                    .transaction()
                    .executeWithoutResult(
                        status -> {
                          application.send(step, sagaId);
                          enlisted.countDown();
                          awaitQuietly(commit);
                        }));
    awaitQuietly(enlisted);
    CompletableFuture<Exchange> deciding =
        CompletableFuture.supplyAsync(() -> application.send(decision, sagaId));
    await().until(this::someoneWaitsForALock);
    commit.countDown();
    enlisting.join();
    assertThat(deciding.join().getException()).isNull();
  }

  @Test
  void a_step_that_comes_after_the_decision_is_refused() throws Exception {
    application.start(new Trip());
    String sagaId = startTrip();
    application.send("direct:compensate", sagaId);

    assertThat(application.send("direct:car", sagaId).getException(SagaNotActiveException.class))
        .isNotNull();

    awaitState(sagaId, SagaState.COMPENSATED);
    assertThat(application.runs()).containsExactly("cancel-car", "cancel-hotel", "cancel-flight");
  }

  @Test
  void a_saga_without_completions_ends_as_it_is_completed() throws Exception {
    application.start(new Trip());
    String sagaId = startTrip();

    assertThat(application.send("direct:complete", sagaId).getException()).isNull();

    assertThat(DATABASE.state(sagaId)).isEqualTo(SagaState.COMPLETED);
    assertThat(DATABASE.history(sagaId))
        .containsExactly(
            "started", "state STARTED>PAYMENT_COMPLETED", "state PAYMENT_COMPLETED>COMPLETED");
    assertThat(application.runs()).isEmpty();
  }

  @Test
  void completions_run_first_enlisted_first() throws Exception {
    application.start(new ConfirmedTrip());

    application.send("direct:trip", null);

    await()
        .untilAsserted(
            () ->
                assertThat(application.runs()).containsExactly("confirm-flight", "confirm-hotel"));
    String sagaId = DATABASE.jdbc().sql("SELECT saga_id FROM saga").query(String.class).single();
    awaitState(sagaId, SagaState.COMPLETED);
    assertThat(DATABASE.history(sagaId))
        .containsExactly(
            "started",
            "state STARTED>PAYMENT_COMPLETED",
            "completion-succeeded flight",
            "completion-succeeded hotel",
            "state PAYMENT_COMPLETED>COMPLETED");
  }

  @Test
  void the_first_decision_stands() throws Exception {
    application.start(new Trip());
    String completed = startTrip();
    String compensated = startTrip();
    application.send("direct:complete", completed);
    application.send("direct:compensate", compensated);

    assertThat(application.send("direct:complete", completed).getException()).isNull();
    assertThat(application.send("direct:compensate", compensated).getException()).isNull();
    assertThat(
            application
                .send("direct:compensate", completed)
                .getException(SagaNotActiveException.class))
        .isNotNull();
    assertThat(
            application
                .send("direct:complete", compensated)
                .getException(SagaNotActiveException.class))
        .isNotNull();

    awaitState(compensated, SagaState.COMPENSATED);
    assertThat(application.send("direct:compensate", compensated).getException()).isNull();
    assertThat(DATABASE.history(compensated)).hasSize(6);
  }

  @Test
  void an_unknown_saga_is_a_failure() throws Exception {
    application.start(new Trip());

    assertThat(service.getSaga("nonsense")).isCompletedExceptionally();
    assertThat(service.getSaga(null)).isCompletedExceptionally();
    assertThat(application.send("direct:car", "nonsense").getException(UnknownSagaException.class))
        .isNotNull();
    assertThatThrownBy(() -> service.advance("nonsense", SagaState.FAILED, Set.of(), TEST))
        .isInstanceOf(UnknownSagaException.class);
  }

  @Test
  void a_saga_past_its_deadline_is_compensated() throws Exception {
    application.start(
        new Trip(),
        new RouteBuilder() {
          @Override
          public void configure() {
            from("direct:hurry")
                .routeId("hurry")
                .saga()
                .completionMode(SagaCompletionMode.MANUAL)
                .timeout(Duration.ofMillis(200))
                .to("direct:flight");
          }
        });

    Exchange hurry = application.send("direct:hurry", null);

    String sagaId = hurry.getMessage().getHeader(Exchange.SAGA_LONG_RUNNING_ACTION, String.class);
    assertThat(DATABASE.saga(sagaId).get("due_at"))
        .isEqualTo(DATABASE.saga(sagaId).get("deadline"));
    awaitState(sagaId, SagaState.COMPENSATED);
    assertThat(application.runs()).containsExactly("cancel-flight");
  }

  @Test
  void an_active_saga_is_looked_at_with_the_pauses_the_hook_asks_for() throws Exception {
    List<DueSaga> looks = new CopyOnWriteArrayList<>();
    service.setHooks(
        saga -> {
          looks.add(saga);
          return Optional.of(looks.size() < 3 ? Duration.ofMillis(1) : Duration.ofDays(1));
        });
    application.start(new Trip());
    String sagaId = startTrip();

    service.dueNow(sagaId);

    await().until(() -> looks.size() == 3);
    assertThat(looks).extracting(DueSaga::checks).containsExactly(0, 1, 2);
    assertThat(looks.get(0)).isEqualTo(new DueSaga(sagaId, "trip", SagaState.STARTED, false, 0));
    await().until(() -> DATABASE.saga(sagaId).get("lease_owner") == null);
    assertThat((Timestamp) DATABASE.saga(sagaId).get("due_at"))
        .isInTheFuture()
        .isAfter(Timestamp.from(Instant.now().plus(Duration.ofHours(23))));
  }

  @Test
  void a_saga_woken_while_it_is_looked_at_is_looked_at_again() throws Exception {
    List<DueSaga> looks = new CopyOnWriteArrayList<>();
    service.setHooks(
        saga -> {
          looks.add(saga);
          if (looks.size() == 1) {
            service.dueNow(saga.sagaId());
          }
          return Optional.empty();
        });
    application.start(new Trip());

    service.dueNow(startTrip());

    await().until(() -> looks.size() == 2);
  }

  @Test
  void a_look_that_fails_is_told_and_repeated() throws Exception {
    List<DueSaga> looks = new CopyOnWriteArrayList<>();
    CountDownLatch mended = new CountDownLatch(1);
    service.setHooks(
        saga -> {
          looks.add(saga);
          if (mended.getCount() > 0) {
            throw new IllegalStateException("no answer");
          }
          return Optional.empty();
        });
    application.start(new Trip());
    String sagaId = startTrip();

    service.dueNow(sagaId);

    await().until(() -> looks.size() > 2);
    await().until(() -> "no answer".equals(DATABASE.saga(sagaId).get("reason")));
    mended.countDown();
    await().until(() -> DATABASE.saga(sagaId).get("reason") == null);
    assertThat(DATABASE.state(sagaId)).isEqualTo(SagaState.STARTED);
  }

  @Test
  void the_end_commits_together_with_what_the_hook_writes() throws Exception {
    List<SagaState> seen = new CopyOnWriteArrayList<>();
    service.setHooks(
        new SagaHooks() {
          @Override
          public Optional<Duration> due(DueSaga saga) {
            return Optional.empty();
          }

          @Override
          public void ending(String sagaId, SagaState end) {
            seen.add(DATABASE.state(sagaId));
            note(sagaId, "told of " + end);
            if (seen.size() == 1) {
              throw new IllegalStateException("not yet");
            }
          }
        });
    application.start(new Trip());
    String sagaId = startTrip();

    application.send("direct:compensate", sagaId);

    awaitState(sagaId, SagaState.COMPENSATED);
    assertThat(seen).containsExactly(SagaState.COMPENSATING, SagaState.COMPENSATING);
    assertThat(DATABASE.history(sagaId))
        .containsOnlyOnce("note told of COMPENSATED")
        .endsWith("note told of COMPENSATED", "state COMPENSATING>COMPENSATED");
  }

  @Test
  void an_end_the_hook_always_refuses_is_left_to_an_operator() throws Exception {
    service.setHooks(
        new SagaHooks() {
          @Override
          public Optional<Duration> due(DueSaga saga) {
            return Optional.empty();
          }

          @Override
          public void ending(String sagaId, SagaState end) {
            throw new IllegalStateException("never");
          }
        });
    application.start(new Trip());
    String sagaId = startTrip();

    application.send("direct:compensate", sagaId);

    awaitState(sagaId, SagaState.FAILED);
    assertThat(DATABASE.saga(sagaId)).containsEntry("reason", "Ending it failed: never");
  }

  @Test
  void advancing_moves_marks_steps_and_tells_why() throws Exception {
    application.start(new Trip());
    String sagaId = startTrip();
    SagaCause cause = new SagaCause("webhook", "evt_1", "stripe", "booked");

    assertThat(service.advance(sagaId, SagaState.AWAITING_PAYMENT, Set.of("flight", "car"), cause))
        .isTrue();
    assertThat(service.advance(sagaId, SagaState.AWAITING_PAYMENT, Set.of("hotel"), TEST)).isTrue();
    assertThat(service.advance(sagaId, SagaState.PAYMENT_CREATED, Set.of(), TEST)).isFalse();

    assertThat(DATABASE.history(sagaId))
        .containsExactly("started", "state STARTED>AWAITING_PAYMENT booked", "note");
    assertThat(DATABASE.steps(sagaId))
        .allSatisfy(
            step ->
                assertThat(step)
                    .containsEntry("status", "DONE")
                    .doesNotContainEntry("done_at", null));
  }

  @Test
  void a_saga_whose_payment_failed_is_compensated() throws Exception {
    application.start(new Trip());
    String sagaId = startTrip();

    service.advance(sagaId, SagaState.PAYMENT_FAILED, Set.of(), TEST);

    awaitState(sagaId, SagaState.COMPENSATED);
    assertThat(application.runs()).hasSize(3);
  }

  @Test
  void the_application_cannot_pass_over_compensations_or_completions() throws Exception {
    application.start(new Trip());
    String sagaId = startTrip();
    application.participant(
        "cancel-car",
        exchange -> {
          throw new StepPendingException(Duration.ofDays(1));
        });
    application.send("direct:compensate", sagaId);

    assertThat(service.advance(sagaId, SagaState.COMPENSATED, Set.of(), TEST)).isFalse();
    assertThat(service.fail(sagaId, "by hand", TEST)).isTrue();
    assertThat(service.advance(sagaId, SagaState.COMPENSATED, Set.of(), TEST)).isTrue();

    assertThat(DATABASE.state(sagaId)).isEqualTo(SagaState.COMPENSATED);
  }

  @Test
  void stopping_one_saga_route_stops_nothing_else() throws Exception {
    application.start(new Trip());
    String sagaId = startTrip();

    application.context().getRouteController().stopRoute("car", 5, TimeUnit.SECONDS);
    application.send("direct:compensate", sagaId);

    awaitState(sagaId, SagaState.COMPENSATED);
  }

  private void note(String sagaId, String detail) {
    DATABASE
        .jdbc()
        .sql("INSERT INTO saga_history (saga_id, type, detail) VALUES (:sagaId, 'note', :detail)")
        .param("sagaId", sagaId)
        .param("detail", detail)
        .update();
  }

  private boolean someoneWaitsForALock() {
    return DATABASE
            .jdbc()
            .sql("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
            .query(Long.class)
            .single()
        > 0;
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
