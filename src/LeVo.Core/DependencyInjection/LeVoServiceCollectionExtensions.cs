using LeVo.Core;
using LeVo.Core.Generation;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers song generation.</summary>
public static class LeVoServiceCollectionExtensions
{
    /// <summary>
    /// Adds <see cref="ITokenGenerator"/> and <see cref="ISongGenerator"/>; the latter needs an
    /// <see cref="IMusicCodec"/>, for example from <c>AddMusicCodec</c>. All are singletons; existing registrations are
    /// kept. The model is loaded when it is first needed; the options are checked when the host starts.
    /// </summary>
    /// <param name="services">The application's services.</param>
    /// <param name="configure">Sets at least <see cref="LeVoOptions.ModelPath"/>.</param>
    public static LeVoBuilder AddLeVo(this IServiceCollection services, Action<LeVoOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        OptionsBuilder<LeVoOptions> options = services.AddOptions<LeVoOptions>().ValidateOnStart();
        if (configure is not null)
            options.Configure(configure);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<LeVoOptions>, LeVoOptionsValidator>());
        services.TryAddSingleton(provider => LeVoModel.Load(
            provider.GetRequiredService<IOptions<LeVoOptions>>().Value, provider.GetService<ILogger<ITokenGenerator>>()));
        services.TryAddSingleton(provider => provider.GetRequiredService<LeVoModel>()
            .CreateTokenGenerator(provider.GetService<ILogger<ITokenGenerator>>()));
        services.TryAddSingleton<ISongGenerator>(provider => new SongGenerator(
            provider.GetRequiredService<ITokenGenerator>(),
            provider.GetService<IMusicCodec>() ?? throw new InvalidOperationException(
                "Sound needs a music codec, and none is registered: add AddMusicCodec(), of the package LeVo.Codec, after "
                + "AddLeVo(), or register an IMusicCodec. ITokenGenerator works without one."),
            provider.GetService<ILogger<SongGenerator>>()));
        return new(services);
    }

    private sealed class LeVoOptionsValidator : IValidateOptions<LeVoOptions>
    {
        public ValidateOptionsResult Validate(string? name, LeVoOptions options) =>
            options.Problems().ToArray() is { Length: > 0 } problems
                ? ValidateOptionsResult.Fail(problems)
                : ValidateOptionsResult.Success;
    }
}
