package io.tcpbalance.cli;

import java.time.Duration;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.IntConsumer;
import picocli.CommandLine;

/** All commands of a client, in the order in which the help lists them. */
public final class ClientCommands {

  private static final List<String> LOOKING =
      List.of("status", "proxies", "backends", "sessions", "waiting", "actors", "nodes");
  private static final List<String> CHANGING =
      List.of("up", "drain", "down", "add", "remove", "resize", "move", "reset", "kill");

  private ClientCommands() {}

  /**
   * Adds them.
   *
   * @param signals has an action run, with the signal's number, whenever the signal of that name
   *     comes
   */
  public static void addTo(CommandLine main, BiConsumer<String, IntConsumer> signals) {
    addMethods(main, Views.class, LOOKING);
    main.addSubcommand(new TopCommand(signals));
    addMethods(main, Orders.class, CHANGING);
    main.addSubcommand(new WaitCommand());
    main.addSubcommand(new ReloadCommand());
    main.addSubcommand(new UpgradeCommand());
    main.addSubcommand(new GenerationsCommand());
    main.addSubcommand(new ImportCommand());
    main.addSubcommand(new CompletionCommand());
    main.registerConverter(Duration.class, new Times());
  }

  /** Java does not tell the order of methods. */
  private static void addMethods(CommandLine main, Class<?> holder, List<String> names) {
    for (String name : names) {
      main.addSubcommand(CommandLine.getCommandMethods(holder, name).get(0));
    }
  }
}
