package io.edgebeat.api.task;

import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Asset;
import io.edgebeat.api.storage.ContentId;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A value: what a buyer wants to have run, whoever runs it.
 *
 * @param workload what to run
 * @param input what to feed it; empty for nothing
 * @param limits what it may use at most
 * @param hostProfile what it may see of its host
 * @param capabilities the names of the capabilities it needs
 * @param resources the capacity it needs
 * @param region where it must run; empty for anywhere
 * @param resultAmount what the seller gets beside its price, and only once the output is here and
 *     matches the receipt's digest; zero for nothing
 */
public record TaskSpec(
    Workload workload,
    Optional<ContentId> input,
    ExecutionLimits limits,
    HostProfile hostProfile,
    Set<String> capabilities,
    ResourceSpec resources,
    Optional<String> region,
    Amount resultAmount) {

  /** Checks and copies. */
  public TaskSpec {
    Objects.requireNonNull(workload, "workload");
    Objects.requireNonNull(input, "input");
    Objects.requireNonNull(limits, "limits");
    Objects.requireNonNull(hostProfile, "hostProfile");
    Objects.requireNonNull(resources, "resources");
    Objects.requireNonNull(region, "region");
    Objects.requireNonNull(resultAmount, "resultAmount");
    capabilities = java.util.Collections.unmodifiableSet(new TreeSet<>(capabilities));
  }

  /**
   * A WASI command with default limits, no input and nothing of its host.
   *
   * @param module the module
   * @param arguments its command line
   * @return the task
   */
  public static TaskSpec wasm(ContentId module, String... arguments) {
    return of(Workload.wasm(module, arguments));
  }

  /**
   * A task with default limits, no input and nothing of its host.
   *
   * @param workload what to run
   * @return the task
   */
  public static TaskSpec of(Workload workload) {
    return new TaskSpec(
        workload,
        Optional.empty(),
        ExecutionLimits.DEFAULTS,
        HostProfile.NOTHING,
        Set.of(),
        new ResourceSpec(100, ExecutionLimits.DEFAULTS.memoryBytes(), 0),
        Optional.empty(),
        Amount.zero(Asset.EDG));
  }

  /**
   * The same task with an input.
   *
   * @param id the input
   * @return the changed task
   */
  public TaskSpec input(ContentId id) {
    return new TaskSpec(
        workload,
        Optional.of(id),
        limits,
        hostProfile,
        capabilities,
        resources,
        region,
        resultAmount);
  }

  /**
   * The same task with other limits; the memory it needs follows its limit.
   *
   * @param changed the limits
   * @return the changed task
   */
  public TaskSpec limits(ExecutionLimits changed) {
    return new TaskSpec(
        workload,
        input,
        changed,
        hostProfile,
        capabilities,
        new ResourceSpec(resources.cpuMillis(), changed.memoryBytes(), resources.storageBytes()),
        region,
        resultAmount);
  }

  /**
   * The same task with another view of its host.
   *
   * @param profile the profile
   * @return the changed task
   */
  public TaskSpec hostProfile(HostProfile profile) {
    return new TaskSpec(
        workload, input, limits, profile, capabilities, resources, region, resultAmount);
  }

  /**
   * The same task with other capabilities.
   *
   * @param names the capabilities' names
   * @return the changed task
   */
  public TaskSpec capabilities(String... names) {
    return new TaskSpec(
        workload, input, limits, hostProfile, Set.of(names), resources, region, resultAmount);
  }

  /**
   * The same task with other resources.
   *
   * @param wanted the capacity it needs
   * @return the changed task
   */
  public TaskSpec resources(ResourceSpec wanted) {
    return new TaskSpec(
        workload, input, limits, hostProfile, capabilities, wanted, region, resultAmount);
  }

  /**
   * The same task, bound to a region.
   *
   * @param name the region
   * @return the changed task
   */
  public TaskSpec region(String name) {
    return new TaskSpec(
        workload,
        input,
        limits,
        hostProfile,
        capabilities,
        resources,
        Optional.of(name),
        resultAmount);
  }

  /**
   * The same, with a part of the pay held back until the output is here. Without it a seller that
   * keeps the output to itself keeps all that was paid.
   *
   * @param amount what a matching output is worth beside the price of the time
   * @return a copy
   */
  public TaskSpec resultAmount(Amount amount) {
    return new TaskSpec(
        workload, input, limits, hostProfile, capabilities, resources, region, amount);
  }
}
