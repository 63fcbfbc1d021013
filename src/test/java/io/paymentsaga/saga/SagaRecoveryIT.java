package io.paymentsaga.saga;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.paymentsaga.saga.SagaStore.ClaimedSaga;
import io.paymentsaga.saga.SagaStore.PendingStep;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.model.SagaCompletionMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Several instances on one database, and one that dies. */
@Timeout(60)
class SagaRecoveryIT {
  @RegisterExtension static final SagaDatabase DATABASE = new SagaDatabase();

  private static final Duration LEASE = Duration.ofMillis(400);

  private final SagaStore store = new SagaStore(DATABASE.dataSource());

  private static SagaApplication instance(String owner) {
    return new SagaApplication(
        DATABASE,
        new SagaSettings(LEASE, 3, Duration.ofMillis(20), 4, Duration.ofMillis(50), owner));
  }

  private static SagaApplication start(SagaApplication application) throws Exception {
    return application.start(
        new RouteBuilder() {
          @Override
          public void configure() {
            from("direct:book")
                .routeId("book")
                .saga()
                .completionMode(SagaCompletionMode.MANUAL)
                .compensation("direct:cancel")
                .log("booked");
            from("direct:cancel").routeId("cancel").process(application::run);
            from("direct:compensate").routeId("compensate").to("saga:compensate");
          }
        });
  }

  /** A saga that is due for its compensation and that no instance has seen. */
  private String dueSaga() {
    String sagaId = "saga-" + DATABASE.count("saga");
    SagaCause cause = SagaCause.of("test");
    store.open(sagaId, "booking", null, null, cause);
    store.enlist(
        sagaId,
        "book",
        Optional.of("direct://cancel"),
        Optional.empty(),
        Map.of(),
        Optional.empty());
    store.move(
        sagaId,
        SagaTransitions.before(SagaState.COMPENSATING),
        SagaState.COMPENSATING,
        Set.of(),
        cause,
        Optional.empty());
    return sagaId;
  }

  /** A saga that is due for a look. */
  private void sagaToLookAt() {
    String sagaId = "saga-" + DATABASE.count("saga");
    store.open(sagaId, "booking", null, null, SagaCause.of("test"));
    store.schedule(sagaId, Duration.ZERO);
  }

  private List<SagaState> claimedStates(int limit) {
    return store.claim("one", Duration.ofSeconds(2), limit).stream()
        .map(SagaStore.ClaimedSaga::state)
        .sorted()
        .toList();
  }

  private static void awaitState(String sagaId, SagaState state) {
    await().until(() -> DATABASE.state(sagaId) == state);
  }

  @Test
  void a_saga_left_over_is_finished_by_whoever_starts() throws Exception {
    String sagaId = dueSaga();

    try (SagaApplication application = start(instance("later"))) {
      awaitState(sagaId, SagaState.COMPENSATED);
      assertThat(application.runs()).containsExactly("cancel");
    }
  }

  @Test
  void sagas_with_an_outcome_pass_those_to_look_at_and_leave_them_a_quarter() {
    for (int i = 0; i < 6; i++) {
      sagaToLookAt();
    }
    for (int i = 0; i < 4; i++) {
      dueSaga();
    }

    assertThat(claimedStates(4))
        .containsExactly(
            SagaState.STARTED,
            SagaState.COMPENSATING,
            SagaState.COMPENSATING,
            SagaState.COMPENSATING);
    assertThat(claimedStates(4))
        .containsExactly(
            SagaState.STARTED, SagaState.STARTED, SagaState.STARTED, SagaState.COMPENSATING);
    assertThat(claimedStates(4)).containsExactly(SagaState.STARTED, SagaState.STARTED);
  }

  @Test
  void a_dead_instance_s_saga_is_taken_over_after_its_lease_and_no_sooner() throws Exception {
    String sagaId = dueSaga();
    assertThat(store.claim("dead", Duration.ofSeconds(2), 1)).hasSize(1);
    List<Boolean> leased = new ArrayList<>();

    SagaApplication survivor = instance("survivor");
    survivor.participant(
        "cancel",
        exchange ->
            leased.add(
                DATABASE.saga(sagaId).get("lease_owner").toString().startsWith("survivor/")));
    try (SagaApplication application = start(survivor)) {
      await().during(Duration.ofSeconds(1)).until(() -> application.runs().isEmpty());
      awaitState(sagaId, SagaState.COMPENSATED);
      assertThat(leased).containsExactly(true);
    }
  }

  @Test
  void who_lost_the_lease_can_write_nothing() throws Exception {
    String sagaId = dueSaga();
    ClaimedSaga late = store.claim("late", Duration.ofMillis(1), 1).get(0);
    PendingStep step = store.pendingSteps(sagaId, Conclusion.COMPENSATION).get(0);
    await().until(() -> !store.claim("new", Duration.ofMinutes(1), 1).isEmpty());

    assertThat(store.beginRun(late.lease(), step, Conclusion.COMPENSATION, LEASE)).isFalse();
    assertThat(store.recordRun(late.lease(), step, Conclusion.COMPENSATION)).isFalse();
    assertThat(
            store.recordFailedRun(
                late.lease(), step, Conclusion.COMPENSATION, "late", Duration.ZERO))
        .isFalse();
    assertThat(store.giveUpStep(late.lease(), Conclusion.COMPENSATION, step, "late", "late"))
        .isFalse();
    assertThat(store.giveUpEnd(late.lease(), Conclusion.COMPENSATION, "late")).isFalse();
    assertThat(store.end(late.lease(), Conclusion.COMPENSATION)).isFalse();
    assertThat(store.release(late.lease(), Duration.ZERO, 0)).isEmpty();
    assertThat(store.releaseLookedAt(late, Optional.empty(), Optional.empty())).isEmpty();
    store.renew(List.of(late.lease()), Duration.ofMinutes(9));
    assertThat(DATABASE.saga(sagaId)).containsEntry("lease_owner", "new");
    assertThat(DATABASE.history(sagaId)).hasSize(2);
  }

  @Test
  void a_run_longer_than_the_lease_keeps_the_saga() throws Exception {
    String sagaId = dueSaga();
    SagaApplication first = instance("first");
    CountDownLatch runs = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    first.participant(
        "cancel",
        exchange -> {
          runs.countDown();
          goOn.await();
        });

    try (SagaApplication one = start(first)) {
      assertThat(runs.await(10, TimeUnit.SECONDS)).isTrue();
      try (SagaApplication other = start(instance("other"))) {
        await().during(LEASE.multipliedBy(3)).until(() -> other.runs().isEmpty());
        goOn.countDown();
        awaitState(sagaId, SagaState.COMPENSATED);
        assertThat(one.runs()).containsExactly("cancel");
        assertThat(other.runs()).isEmpty();
      }
    }
  }

  @Test
  void two_instances_share_the_work_and_never_a_saga() throws Exception {
    for (int saga = 0; saga < 40; saga++) {
      dueSaga();
    }

    try (SagaApplication one = start(instance("one"));
        SagaApplication other = start(instance("other"))) {
      await()
          .until(
              () ->
                  DATABASE
                          .jdbc()
                          .sql("SELECT count(*) FROM saga WHERE state <> 'COMPENSATED'")
                          .query(Long.class)
                          .single()
                      == 0);
      assertThat(one.runs().size() + other.runs().size()).isEqualTo(40);
    }
  }

  @Test
  void stopping_finishes_the_run_in_hand_and_leaves_the_rest_due() throws Exception {
    SagaApplication application = instance("leaving");
    CountDownLatch runs = new CountDownLatch(1);
    application.participant(
        "cancel",
        exchange -> {
          runs.countDown();
          await().until(() -> application.context().isStopping());
        });
    start(application);
    Exchange booked = application.send("direct:book", null);
    String sagaId = booked.getMessage().getHeader(Exchange.SAGA_LONG_RUNNING_ACTION, String.class);
    application.send("direct:book", sagaId);
    application.send("direct:compensate", sagaId);
    assertThat(runs.await(10, TimeUnit.SECONDS)).isTrue();

    application.close();

    assertThat(DATABASE.steps(sagaId))
        .extracting(step -> step.get("status"))
        .containsExactly("ENLISTED", "COMPENSATED");
    assertThat(DATABASE.saga(sagaId))
        .containsEntry("state", "COMPENSATING")
        .containsEntry("lease_owner", null);
  }

  @Test
  void stopping_gives_back_what_was_claimed_and_not_begun() throws Exception {
    dueSaga();
    dueSaga();
    SagaApplication application =
        new SagaApplication(
            DATABASE,
            new SagaSettings(LEASE, 3, Duration.ofMillis(20), 1, Duration.ofMillis(50), "leaving"));
    application.participant(
        "cancel", exchange -> await().until(() -> application.context().isStopping()));
    start(application);
    await().until(() -> DATABASE.count("saga WHERE lease_owner IS NOT NULL") == 2);

    application.close();

    assertThat(application.runs()).containsExactly("cancel");
    assertThat(DATABASE.count("saga WHERE state = 'COMPENSATING'")).isEqualTo(1);
    assertThat(DATABASE.count("saga WHERE lease_owner IS NOT NULL")).isZero();
  }
}
