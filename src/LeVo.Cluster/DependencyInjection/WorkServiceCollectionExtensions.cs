using System.Diagnostics.CodeAnalysis;
using LeVo.Cluster.Nats;
using LeVo.Cluster.Work;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers work queues and workers.</summary>
public static class WorkServiceCollectionExtensions
{
    /// <summary>Uses a queue on NATS JetStream as <see cref="IWorkQueue"/>; call before <see cref="AddWork{TWork}"/>.</summary>
    /// <param name="services">The services.</param>
    /// <param name="options">How to reach it.</param>
    public static IServiceCollection AddNatsWorkQueue(this IServiceCollection services, NatsWorkOptions options)
    {
        ArgumentNullException.ThrowIfNull(services);
        return services.AddSingleton<IWorkQueue>(_ => new NatsWorkQueue(options));
    }

    /// <summary>
    /// Adds a worker that runs with the host, and <see cref="IWorkQueue"/>: a queue in the process's memory, unless one is
    /// registered. When the host stops, the item in progress is handed back. When the worker ends by itself
    /// (<see cref="WorkRunnerOptions.Until"/>), it stops the host.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="options">The options, or null for those that are registered or the defaults.</param>
    /// <typeparam name="TWork">Does the items.</typeparam>
    public static IServiceCollection AddWork<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TWork>(
        this IServiceCollection services, WorkRunnerOptions? options = null)
        where TWork : class, IWork
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton<IWorkQueue, ChannelWorkQueue>();
        services.TryAddSingleton<TWork>();
        return services.AddSingleton<IHostedService>(provider => new WorkService(
            new(provider.GetRequiredService<IWorkQueue>(), provider.GetRequiredService<TWork>(),
                options ?? provider.GetService<WorkRunnerOptions>(), provider.GetService<ILogger<WorkRunner>>()),
            provider.GetRequiredService<IHostApplicationLifetime>()));
    }

    private sealed class WorkService(WorkRunner runner, IHostApplicationLifetime lifetime) : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            await runner.RunAsync(stoppingToken).ConfigureAwait(false);
            lifetime.StopApplication();
        }
    }
}
