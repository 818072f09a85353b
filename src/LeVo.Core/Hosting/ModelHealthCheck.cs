using LeVo.Core.Generation;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace LeVo.Core.Hosting;

/// <summary>Whether a model can make songs at once.</summary>
/// <param name="provider">The application's services.</param>
/// <param name="key">The name of the model, or null.</param>
internal sealed class ModelHealthCheck(IServiceProvider provider, object? key) : IHealthCheck
{
    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var source = provider.GetRequiredKeyedService<ModelSource>(key);
        var parts = new List<(LoadState State, Exception? Failure)>();
        if (provider.GetKeyedService<ITokenGenerator>(key) is LoadedTokenGenerator)
            parts.Add((source.Model.State, source.Model.Failure));
        if (source.HasCodec)
            parts.Add((source.Codec.State, source.Codec.Failure));
        HealthStatus failure = context.Registration.FailureStatus;
        return Task.FromResult(StateOf([.. parts.Select(part => part.State)]) switch
        {
            LoadState.Ready => HealthCheckResult.Healthy("ready"),
            LoadState.Loading => new HealthCheckResult(failure, "loading"),
            LoadState.Failed => Failed(parts.First(part => part.Failure is not null).Failure!),
            _ => HealthCheckResult.Degraded("not loaded: the first song loads the model"),
        });

        HealthCheckResult Failed(Exception e) => new(failure, $"failed: {e.Message}", e);
    }

    /// <summary>One half is loaded after the other: between them the whole is still loading.</summary>
    private static LoadState StateOf(LoadState[] parts) =>
        parts.Contains(LoadState.Failed) ? LoadState.Failed
        : parts.All(part => part == LoadState.Ready) ? LoadState.Ready
        : parts.All(part => part == LoadState.NotLoaded) ? LoadState.NotLoaded
        : LoadState.Loading;
}
