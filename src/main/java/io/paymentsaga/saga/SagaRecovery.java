package io.paymentsaga.saga;

import io.paymentsaga.saga.SagaStore.ClaimedSaga;
import io.paymentsaga.saga.SagaStore.Lease;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.StartupListener;
import org.apache.camel.support.LifecycleStrategySupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Works on sagas that are due, one worker to a saga, whichever instance made them due.
 *
 * <p>One thread claims them and renews the leases; it sleeps until it is woken or the poll interval
 * has passed. Workers do the rest; what each does next is claimed while it works, many sagas at a
 * time. What dies with an instance is due again when its lease is over.
 */
final class SagaRecovery {
  private static final Logger LOG = LoggerFactory.getLogger(SagaRecovery.class);

  private final CamelContext camelContext;
  private final SagaStore store;
  private final TransactionTemplate transaction;
  private final SagaSettings settings;
  private final SagaHooks hooks;
  private final Map<String, Endpoint> endpoints;
  private final Duration renewal;

  private final Semaphore room;
  private final Semaphore wakeUps = new Semaphore(0);
  private final Set<Lease> held = ConcurrentHashMap.newKeySet();
  private ExecutorService loop;
  private ExecutorService workers;
  private ProducerTemplate producer;
  private SagaRun run;
  private long renewedAt;
  private volatile boolean running;
  private volatile boolean moreMayBeDue;

  SagaRecovery(
      CamelContext camelContext,
      SagaStore store,
      TransactionTemplate transaction,
      SagaSettings settings,
      SagaHooks hooks,
      Map<String, Endpoint> endpoints) {
    this.camelContext = camelContext;
    this.store = store;
    this.transaction = transaction;
    this.settings = settings;
    this.hooks = hooks;
    this.endpoints = endpoints;
    this.renewal = settings.lease().dividedBy(3);
    this.room = new Semaphore(2 * settings.workers());
  }

  /** Starts when the context has started its routes, and claims nothing more once it stops. */
  void follow(CamelContext context) throws Exception {
    context.addStartupListener(
        new StartupListener() {
          @Override
          public void onCamelContextStarted(CamelContext started, boolean alreadyStarted) {
            if (alreadyStarted) {
              start();
            }
          }

          @Override
          public void onCamelContextFullyStarted(CamelContext started, boolean alreadyStarted) {
            start();
          }
        });
    context.addLifecycleStrategy(
        new LifecycleStrategySupport() {
          @Override
          public void onContextStopping(CamelContext stopping) {
            finish();
          }
        });
  }

  private synchronized void start() {
    if (running) {
      return;
    }
    running = true;
    renewedAt = System.nanoTime();
    producer = camelContext.createProducerTemplate();
    run =
        new SagaRun(
            store,
            transaction,
            hooks,
            new StepEndpoints(endpoints, producer),
            settings,
            new Backoff(settings.backoff(), RandomGenerator.getDefault()),
            () -> running);
    workers =
        camelContext
            .getExecutorServiceManager()
            .newFixedThreadPool(this, "saga-worker", settings.workers());
    loop = camelContext.getExecutorServiceManager().newSingleThreadExecutor(this, "saga-recovery");
    loop.execute(this::loop);
  }

  /** Claims nothing more; a worker finishes the compensation or completion it is at. */
  private void finish() {
    running = false;
    wake();
  }

  /** Waits until the workers have finished, at most for a lease. */
  synchronized void stop() {
    finish();
    if (loop == null) {
      return;
    }
    loop.shutdown();
    awaitTermination(loop);
    camelContext.getExecutorServiceManager().shutdownNow(loop);
    camelContext.getExecutorServiceManager().shutdownNow(workers);
    producer.stop();
    loop = null;
  }

  private void awaitTermination(ExecutorService executor) {
    try {
      if (!executor.awaitTermination(settings.lease().toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn(
            "{} sagas are left in the middle of their work until their leases end", held.size());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Has the loop look for due sagas at once. */
  void wake() {
    wakeUps.release();
  }

  private void loop() {
    while (running || !held.isEmpty()) {
      try {
        renew();
        if (running) {
          claim();
        }
      } catch (RuntimeException e) {
        LOG.warn("Cannot look for due sagas, again in {}", settings.pollInterval(), e);
      }
      if (!sleep()) {
        return;
      }
    }
  }

  /** False when the thread is to end. */
  private boolean sleep() {
    Duration pause =
        settings.pollInterval().compareTo(renewal) < 0 ? settings.pollInterval() : renewal;
    try {
      if (wakeUps.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS)) {
        wakeUps.drainPermits();
      }
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void renew() {
    long now = System.nanoTime();
    if (!held.isEmpty() && now - renewedAt >= renewal.toNanos()) {
      store.renew(held, settings.lease());
      renewedAt = now;
    }
  }

  private void claim() {
    int free = room.availablePermits();
    moreMayBeDue = true;
    if (free == 0) {
      return;
    }
    String leaseOwner = settings.owner() + "/" + UUID.randomUUID();
    List<ClaimedSaga> claimed = store.claim(leaseOwner, settings.lease(), free);
    // A quarter of the room is kept for looks, also when none is due.
    moreMayBeDue = claimed.size() >= free - free / 4;
    for (ClaimedSaga saga : claimed) {
      room.acquireUninterruptibly();
      held.add(saga.lease());
      workers.execute(() -> work(saga));
    }
  }

  private void work(ClaimedSaga saga) {
    boolean dueAgain = false;
    try {
      dueAgain = run.run(saga);
    } catch (RuntimeException e) {
      LOG.warn(
          "Saga {} ({}) is left until its lease ends: its work cannot be recorded",
          saga.lease().sagaId(),
          saga.correlationId(),
          e);
    } finally {
      held.remove(saga.lease());
      room.release();
      if (dueAgain || !running || wantsMore()) {
        wake();
      }
    }
  }

  /** Whether a claim of many is worth its while. */
  private boolean wantsMore() {
    return moreMayBeDue && room.availablePermits() >= settings.workers();
  }
}
