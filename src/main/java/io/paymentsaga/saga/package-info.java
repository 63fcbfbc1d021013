/**
 * A durable saga service for Apache Camel on PostgreSQL.
 *
 * <p>Camel's saga pattern declares a saga: routes enlist what undoes them (a compensation) and what
 * confirms them (a completion). {@link io.paymentsaga.saga.JdbcSagaService} keeps that in the
 * database, so that whichever instance is alive finishes it.
 *
 * <h2>What is promised</h2>
 *
 * <ul>
 *   <li>Opening, enlisting, completing and compensating are durable when their future has
 *       succeeded, or with the commit of the Spring transaction they joined. A step is enlisted
 *       before its body runs.
 *   <li>A saga's outcome is decided once: nothing is enlisted, and no other outcome taken, after
 *       it. Compensations run last enlisted first, completions first enlisted first, one at a time.
 *   <li>Each is run until it has succeeded. After so many failures the saga is left to an operator,
 *       who sees it as {@code FAILED} and sends it on with {@link
 *       io.paymentsaga.saga.JdbcSagaService#advance}; nothing after the failure is run meanwhile.
 *   <li>One instance works on a saga at a time, for as long as it renews its lease on it. When it
 *       dies, another one goes on after the lease; when it comes back late, it cannot write any
 *       more. Leases and due times are told by the database's clock alone.
 *   <li>A saga that has not ended is always due at some time, or stands before an operator.
 * </ul>
 *
 * <h2>What is not</h2>
 *
 * <ul>
 *   <li>A compensation or completion runs <em>at least</em> once: a crash after its work and before
 *       its record runs it again, as may a run that outlasts a lease its instance could not renew.
 *       It must be idempotent; the saga's id and the step's options are there for that.
 *   <li>An enlisted step may not have acted at all. Its compensation must bear that.
 *   <li>What a route did besides is not undone; a saga is no isolation.
 *   <li>An exception that a compensation's route handles counts as success.
 *   <li>Endpoint URIs are stored as written: no secrets in them. They are run only where a route
 *       names them, so a compensation's endpoint outlives its route by as long as sagas do.
 * </ul>
 *
 * <h2>What differs from {@link org.apache.camel.saga.InMemorySagaService}</h2>
 *
 * <ul>
 *   <li>An unknown saga is a failure, where that one answers null and so starts another saga.
 *   <li>A failed compensation is never taken for a done one, and holds up those behind it.
 *   <li>Completions run in the order of enlistment, not against it.
 *   <li>Options are kept as strings. Spans of the exchange that decided are not.
 *   <li>A step with neither compensation, completion nor timeout is not recorded.
 *   <li>Stopping one route does not stop the service.
 * </ul>
 *
 * <h2>History</h2>
 *
 * <p>{@code saga_history} holds, by {@code type}: {@code started}; {@code state}, a move with its
 * cause; {@code note}, something that left the state as it was; {@code compensation-succeeded},
 * {@code compensation-failed}, {@code completion-succeeded} and {@code completion-failed}, one for
 * each run, whose detail begins with the step's name. Pauses of a step that is pending leave no
 * trace. The cause {@code recovery} stands for the service itself.
 */
package io.paymentsaga.saga;
