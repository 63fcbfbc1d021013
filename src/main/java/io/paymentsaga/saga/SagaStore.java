package io.paymentsaga.saga;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.core.simple.JdbcClient.StatementSpec;

/**
 * The statements on the saga tables. Each is one round trip, joins the transaction of the calling
 * thread, and commits by itself when there is none.
 *
 * <p>Writes of a runner are guarded by its lease: their answer is empty or false when it was lost.
 */
final class SagaStore {
  private final JdbcClient jdbc;
  private final OptionsJson optionsJson = new OptionsJson();

  private final String openSaga = load("open-saga");
  private final String findSaga = load("find-saga");
  private final String enlistStep = load("enlist-step");
  private final String moveSaga = load("move-saga");
  private final String completeSaga = load("complete-saga");
  private final String retrySaga = load("retry-saga");
  private final String expectSaga = load("expect-saga");
  private final String scheduleSaga = load("schedule-saga");
  private final String claimDueSagas = load("claim-due-sagas");
  private final String renewLeases = load("renew-leases");
  private final String listStepsToCompensate = load("list-steps-to-compensate");
  private final String listStepsToComplete = load("list-steps-to-complete");
  private final String beginRun = load("begin-run");
  private final String recordRun = load("record-run");
  private final String recordFailedRun = load("record-failed-run");
  private final String giveUp = load("give-up");
  private final String releaseSaga = load("release-saga");
  private final String releaseLookedAtSaga = load("release-looked-at-saga");
  private final String endSaga = load("end-saga");

  SagaStore(DataSource dataSource) {
    this.jdbc = JdbcClient.create(dataSource);
  }

  /** A claim on a saga: the owner's name is new for each claim, and so fences off earlier ones. */
  record Lease(String sagaId, String owner, OffsetDateTime claimedDueAt) {}

  /**
   * @param inState how long it has been in this state
   */
  record ClaimedSaga(
      Lease lease,
      String kind,
      String correlationId,
      SagaState state,
      Duration inState,
      boolean deadlinePassed,
      int checks) {}

  /** A step whose compensation or completion is to run, after so many attempts. */
  record PendingStep(
      long stepId, String name, String uri, Map<String, String> options, int attempts) {}

  /** What a move found, and whether it was allowed. */
  record Move(SagaState before, String correlationId, boolean accepted) {}

  /**
   * @param timeout in milliseconds; null for none
   */
  void open(String sagaId, String kind, String correlationId, Long timeout, SagaCause cause) {
    int opened =
        because(jdbc.sql(openSaga), cause)
            .param("sagaId", sagaId)
            .param("kind", kind)
            .param("correlationId", correlationId, Types.VARCHAR)
            .param("timeout", timeout, Types.BIGINT)
            .update();
    if (!isOne(opened)) {
      throw new IllegalStateException("Saga " + sagaId + " was not opened");
    }
  }

  boolean exists(String sagaId) {
    return jdbc.sql(findSaga).param("sagaId", sagaId).query(Boolean.class).single();
  }

  /** The saga's state, when there is such a saga; the step is enlisted if that is active. */
  Optional<SagaState> enlist(
      String sagaId,
      String name,
      Optional<String> compensationUri,
      Optional<String> completionUri,
      Map<String, String> options,
      Optional<Duration> timeout) {
    return jdbc.sql(enlistStep)
        .param("sagaId", sagaId)
        .param("name", name)
        .param("compensationUri", compensationUri.orElse(null), Types.VARCHAR)
        .param("completionUri", completionUri.orElse(null), Types.VARCHAR)
        .param("options", optionsJson.write(options))
        .param("timeout", timeout.map(Duration::toMillis).orElse(null), Types.BIGINT)
        .query(SagaStore::state)
        .optional();
  }

  /** Empty for an unknown saga. */
  Optional<Move> move(
      String sagaId,
      Set<SagaState> from,
      SagaState to,
      Set<String> stepsDone,
      SagaCause cause,
      Optional<Duration> firstLook) {
    return because(jdbc.sql(moveSaga), cause)
        .param("sagaId", sagaId)
        .param("from", from.stream().map(SagaState::name).toArray(String[]::new))
        .param("to", to.name())
        .param("stepsDone", stepsDone.toArray(String[]::new))
        .param("firstLook", firstLook.map(Duration::toMillis).orElse(null), Types.BIGINT)
        .query(SagaStore::moveOf)
        .optional();
  }

  /** Empty for an unknown saga. */
  Optional<Move> complete(String sagaId, SagaCause cause) {
    return because(jdbc.sql(completeSaga), cause)
        .param("sagaId", sagaId)
        .query(SagaStore::moveOf)
        .optional();
  }

  /** Empty for an unknown saga. */
  Optional<Boolean> retry(String sagaId, SagaCause cause) {
    return because(jdbc.sql(retrySaga), cause)
        .param("sagaId", sagaId)
        .query(Boolean.class)
        .optional();
  }

  void expect(String sagaId, Instant deadline) {
    jdbc.sql(expectSaga)
        .param("sagaId", sagaId)
        .param("deadline", deadline.atOffset(ZoneOffset.UTC))
        .update();
  }

  /** Whether the saga had not ended. */
  boolean schedule(String sagaId, Duration pause) {
    return isOne(
        jdbc.sql(scheduleSaga).param("sagaId", sagaId).param("pause", pause.toMillis()).update());
  }

  List<ClaimedSaga> claim(String leaseOwner, Duration lease, int limit) {
    return jdbc.sql(claimDueSagas)
        .param("leaseOwner", leaseOwner)
        .param("lease", lease.toMillis())
        .param("limit", limit)
        .query(SagaStore::claimed)
        .list();
  }

  void renew(Collection<Lease> leases, Duration lease) {
    jdbc.sql(renewLeases)
        .param("sagaIds", leases.stream().map(Lease::sagaId).toArray(String[]::new))
        .param("leaseOwners", leases.stream().map(Lease::owner).toArray(String[]::new))
        .param("lease", lease.toMillis())
        .update();
  }

  List<PendingStep> pendingSteps(String sagaId, Conclusion conclusion) {
    String statement =
        switch (conclusion) {
          case COMPENSATION -> listStepsToCompensate;
          case COMPLETION -> listStepsToComplete;
        };
    return jdbc.sql(statement).param("sagaId", sagaId).query(this::pendingStep).list();
  }

  boolean beginRun(Lease held, PendingStep step, Conclusion conclusion, Duration lease) {
    return isOne(
        under(held, jdbc.sql(beginRun))
            .param("stepId", step.stepId())
            .param("state", conclusion.running().name())
            .param("lease", lease.toMillis())
            .update());
  }

  boolean recordRun(Lease held, PendingStep step, Conclusion conclusion) {
    return isOne(
        under(held, jdbc.sql(recordRun))
            .param("stepId", step.stepId())
            .param("status", conclusion.end().name())
            .param("type", conclusion.word() + "-succeeded")
            .update());
  }

  boolean recordFailedRun(
      Lease held, PendingStep step, Conclusion conclusion, String error, Duration pause) {
    return isOne(
        under(held, jdbc.sql(recordFailedRun))
            .param("claimedDueAt", held.claimedDueAt())
            .param("stepId", step.stepId())
            .param("type", conclusion.word() + "-failed")
            .param("error", error)
            .param("pause", pause.toMillis())
            .update());
  }

  /** Leaves the saga to an operator because this step has failed for the last time. */
  boolean giveUpStep(
      Lease held, Conclusion conclusion, PendingStep step, String error, String reason) {
    return giveUp(held, conclusion, step.stepId(), error, reason);
  }

  /** Leaves the saga to an operator because its end cannot be recorded. */
  boolean giveUpEnd(Lease held, Conclusion conclusion, String reason) {
    return giveUp(held, conclusion, null, null, reason);
  }

  private boolean giveUp(
      Lease held, Conclusion conclusion, Long stepId, String error, String reason) {
    return isOne(
        under(held, jdbc.sql(giveUp))
            .param("state", conclusion.running().name())
            .param("stepId", stepId, Types.BIGINT)
            .param("type", conclusion.word() + "-failed")
            .param("error", error, Types.VARCHAR)
            .param("reason", reason)
            .query(Integer.class)
            .single());
  }

  /** Whether the saga is due again already; empty when the lease was lost. */
  Optional<Boolean> release(Lease held, Duration pause, int checks) {
    return under(held, jdbc.sql(releaseSaga))
        .param("claimedDueAt", held.claimedDueAt())
        .param("pause", pause.toMillis())
        .param("checks", checks)
        .query(Boolean.class)
        .optional();
  }

  /** Whether the saga is due again already; empty when the lease was lost. */
  Optional<Boolean> releaseLookedAt(
      ClaimedSaga saga, Optional<Duration> pause, Optional<String> error) {
    return under(saga.lease(), jdbc.sql(releaseLookedAtSaga))
        .param("claimedDueAt", saga.lease().claimedDueAt())
        .param("state", saga.state().name())
        .param("pause", pause.map(Duration::toMillis).orElse(null), Types.BIGINT)
        .param("error", error.orElse(null), Types.VARCHAR)
        .query(Boolean.class)
        .optional();
  }

  boolean end(Lease held, Conclusion conclusion) {
    return isOne(
        under(held, jdbc.sql(endSaga))
            .param("state", conclusion.running().name())
            .param("end", conclusion.end().name())
            .update());
  }

  private static StatementSpec because(StatementSpec statement, SagaCause cause) {
    return statement
        .param("cause", cause.cause(), Types.VARCHAR)
        .param("eventId", cause.eventId(), Types.VARCHAR)
        .param("actor", cause.actor(), Types.VARCHAR)
        .param("detail", cause.detail(), Types.VARCHAR);
  }

  private static StatementSpec under(Lease held, StatementSpec statement) {
    return statement.param("sagaId", held.sagaId()).param("leaseOwner", held.owner());
  }

  private static SagaState state(ResultSet row, int rowNumber) throws SQLException {
    return SagaState.valueOf(row.getString("state"));
  }

  private static Move moveOf(ResultSet row, int rowNumber) throws SQLException {
    return new Move(
        state(row, rowNumber), row.getString("correlation_id"), row.getBoolean("accepted"));
  }

  private static ClaimedSaga claimed(ResultSet row, int rowNumber) throws SQLException {
    return new ClaimedSaga(
        new Lease(
            row.getString("saga_id"),
            row.getString("lease_owner"),
            row.getObject("due_at", OffsetDateTime.class)),
        row.getString("kind"),
        row.getString("correlation_id"),
        state(row, rowNumber),
        Duration.ofSeconds(row.getLong("seconds_in_state")),
        row.getBoolean("deadline_passed"),
        row.getInt("checks"));
  }

  private PendingStep pendingStep(ResultSet row, int rowNumber) throws SQLException {
    return new PendingStep(
        row.getLong("step_id"),
        row.getString("name"),
        row.getString("uri"),
        optionsJson.read(row.getString("options")),
        row.getInt("attempts"));
  }

  private static boolean isOne(int rows) {
    if (rows > 1) {
      throw new IllegalStateException("A write meant for one saga touched " + rows + " rows");
    }
    return rows == 1;
  }

  private static String load(String name) {
    try (InputStream file = SagaStore.class.getResourceAsStream("/sql/saga/" + name + ".sql")) {
      if (file == null) {
        throw new IllegalStateException("No statement " + name + " on the class path");
      }
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
