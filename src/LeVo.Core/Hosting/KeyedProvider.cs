using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace LeVo.Core.Hosting;

/// <summary>Services and options of one registered model; the key is its name, or null for the unnamed model.</summary>
internal static class KeyedProvider
{
    /// <summary>The options with a name.</summary>
    public static T OptionsOf<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] T>(
        this IServiceProvider provider, object? key)
        where T : class =>
        key is string name
            ? provider.GetRequiredService<IOptionsMonitor<T>>().Get(name)
            : provider.GetRequiredService<IOptions<T>>().Value;

    /// <summary>Whether a service is registered; no service is created.</summary>
    public static bool HasKeyed<T>(this IServiceProvider provider, object? key) => key is null
        ? provider.GetRequiredService<IServiceProviderIsService>().IsService(typeof(T))
        : provider.GetRequiredService<IServiceProviderIsKeyedService>().IsKeyedService(typeof(T), key);
}
