package io.edgebeat.core.schedule;

import io.edgebeat.api.ledger.Asset;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.market.Candidates;
import io.edgebeat.api.schedule.PlacementRequest;
import io.edgebeat.api.schedule.Scheduler;
import io.edgebeat.api.schedule.Strategy;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.task.ResourceSpec;
import io.edgebeat.api.task.TaskSpec;
import io.edgebeat.core.market.Listings;
import io.edgebeat.core.market.MarketIndex;
import io.edgebeat.testkit.SchedulerContract;
import java.util.Random;
import java.util.Set;

class DefaultSchedulerContractTest implements SchedulerContract {
  @Override
  public Scheduler createScheduler() {
    return new DefaultScheduler();
  }

  @Override
  public Candidates candidates() {
    Listings values = new Listings(new Random(20_260_101L));
    MarketIndex index = new MarketIndex(Asset.EDG);
    for (int i = 0; i < 200; i++) {
      index.add(values.listing());
    }
    return index;
  }

  @Override
  public PlacementRequest request() {
    TaskSpec task = TaskSpec.wasm(ContentId.ofRaw(new byte[] {1})).resources(ResourceSpec.NONE);
    return new PlacementRequest(task, Edg.of("1000000"), Strategy.CHEAPEST, Set.of(), 3);
  }
}
