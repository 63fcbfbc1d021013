package io.paymentsaga.fault;

import io.paymentsaga.sandbox.stripe.StripeSimulator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * People who come to the shop a few at a time, each after another, and want different things. What
 * the n-th of them wants follows from the seed alone; when is up to the machine.
 */
final class Customers implements AutoCloseable {
  private static final int AT_ONCE = 4;

  private final Storefront storefront;
  private final StripeSimulator stripe;
  private final ShopTopics topics;
  private final Promises promises;
  private final long seed;
  private final AtomicInteger arrivals = new AtomicInteger();
  private final CountDownLatch closingTime = new CountDownLatch(1);
  private final ExecutorService tills = Executors.newFixedThreadPool(AT_ONCE);
  private final List<Future<?>> queues = new ArrayList<>();

  Customers(
      Storefront storefront,
      StripeSimulator stripe,
      ShopTopics topics,
      Promises promises,
      long seed) {
    this.storefront = storefront;
    this.stripe = stripe;
    this.topics = topics;
    this.promises = promises;
    this.seed = seed;
  }

  /** Lets them in, from now on until {@link #letOut}. */
  void letIn() {
    for (int queue = 0; queue < AT_ONCE; queue++) {
      queues.add(tills.submit(this::serveOneAfterAnother));
    }
  }

  /** Lets nobody in any more and waits for those inside; says who was not treated as promised. */
  void letOut(Duration patience) {
    closingTime.countDown();
    for (Future<?> queue : queues) {
      try {
        queue.get(patience.toMillis(), TimeUnit.MILLISECONDS);
      } catch (ExecutionException e) {
        throw new AssertionError("A customer met what must not be", e.getCause());
      } catch (TimeoutException e) {
        throw new AssertionError("A customer is stuck", e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("Interrupted while waiting for customers", e);
      }
    }
  }

  @Override
  public void close() {
    closingTime.countDown();
    tills.shutdownNow();
  }

  private void serveOneAfterAnother() {
    while (closingTime.getCount() > 0) {
      int number = arrivals.incrementAndGet();
      Random mood = new Random(seed + 31L * number);
      new Customer(number, mood, storefront, stripe, topics, promises, closingTime).shop();
    }
  }
}
