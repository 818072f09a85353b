using LeVo.Core.Hosting;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers health checks of models.</summary>
public static class LeVoHealthChecksBuilderExtensions
{
    /// <summary>
    /// Adds a check that reports whether a model can make songs at once: <c>ready</c> is healthy, <c>not loaded</c> degraded
    /// (the first song loads the model), <c>loading</c> and <c>failed</c>, with its reason, have the failure status. The check
    /// loads nothing.
    /// </summary>
    /// <param name="builder">The builder that <c>AddHealthChecks</c> returned.</param>
    /// <param name="model">The name that <c>AddLeVo</c> got, or null for the unnamed model.</param>
    /// <param name="failureStatus">The failure status; null for <see cref="HealthStatus.Unhealthy"/>.</param>
    /// <param name="tags">Tags by which endpoints choose their checks, or null.</param>
    /// <returns>The builder, for further calls. The check is named <c>levo</c>, or <c>levo:NAME</c>.</returns>
    public static IHealthChecksBuilder AddLeVo(this IHealthChecksBuilder builder, string? model = null,
        HealthStatus? failureStatus = null, IEnumerable<string>? tags = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Add(new(model is null ? "levo" : $"levo:{model}",
            provider => new ModelHealthCheck(provider, model), failureStatus, tags));
    }
}
