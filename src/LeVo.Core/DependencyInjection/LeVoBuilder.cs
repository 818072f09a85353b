using LeVo.Core.Hosting;
using Microsoft.Extensions.Hosting;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds further parts of a model; <c>LeVo.Codec</c> and <c>LeVo.Alignment</c> extend it.</summary>
public sealed class LeVoBuilder
{
    internal LeVoBuilder(IServiceCollection services, string? name) => (Services, Name) = (services, name);

    /// <summary>The application's services.</summary>
    public IServiceCollection Services { get; }

    /// <summary>The name of the model: the key of its services and the name of its options. Null for the unnamed
    /// model.</summary>
    public string? Name { get; }

    /// <summary>
    /// Loads the model when the host starts: the native libraries, the language model to its device, and the codec if one is
    /// registered. The start does not wait for it; songs that are requested before wait asynchronously. A failure is logged
    /// and reported by the health check, and the next song tries again. A stopping host stops the loading.
    /// </summary>
    /// <returns>The builder, for further calls.</returns>
    public LeVoBuilder LoadAtStart()
    {
        if (Services.Any(service => service.ServiceType == typeof(ModelLoader) && Equals(service.ServiceKey, Name)))
            return this;
        Services.AddKeyedSingleton(Name, (provider, _) => new ModelLoader(provider, Name));
        Services.AddSingleton<IHostedService>(provider => provider.GetRequiredKeyedService<ModelLoader>(Name));
        return this;
    }
}
