using LeVo.Core;
using LeVo.Core.Generation;
using LeVo.Core.Hosting;
using LeVo.Core.Prompts;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>
/// Registers song generation: <see cref="ITokenGenerator"/>, <see cref="ISongGenerator"/> and <see cref="PromptLoader"/>; the
/// latter two need an <see cref="IMusicCodec"/>, for example from <c>AddMusicCodec</c>. All are singletons; existing registrations are kept. The
/// model is loaded by the first request, or by <see cref="LeVoBuilder.LoadAtStart"/>; until then songs wait asynchronously, and
/// members that return no task, <see cref="ISongGenerator.StreamAsync"/> among them, block. The options are checked when the host starts.
/// <para>The services of a named model have its name as key, <c>[FromKeyedServices("name")] ISongGenerator</c>, and its
/// options have the same name.</para>
/// </summary>
public static class LeVoServiceCollectionExtensions
{
    /// <summary>Adds a model whose options are configured elsewhere.</summary>
    /// <inheritdoc cref="AddLeVo(IServiceCollection, Action{LeVoOptions})"/>
    public static LeVoBuilder AddLeVo(this IServiceCollection services) => Add(services, null, _ => { });

    /// <summary>Adds a model.</summary>
    /// <param name="services">The application's services.</param>
    /// <param name="configure">Sets at least <see cref="LeVoOptions.ModelPath"/>.</param>
    /// <exception cref="InvalidOperationException">There is an unnamed model already.</exception>
    public static LeVoBuilder AddLeVo(this IServiceCollection services, Action<LeVoOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        return Add(services, null, options => options.Configure(configure));
    }

    /// <summary>Adds a model that a section of the configuration describes.</summary>
    /// <param name="services">The application's services.</param>
    /// <param name="configuration">The section, with the properties of <see cref="LeVoOptions"/> as keys. Keys that are no
    /// settings, and values that can't be read, are reported with their paths when the options are checked.</param>
    /// <exception cref="InvalidOperationException">There is an unnamed model already.</exception>
    public static LeVoBuilder AddLeVo(this IServiceCollection services, IConfiguration configuration) =>
        Add(services, null, configuration);

    /// <summary>Adds a model with a name.</summary>
    /// <param name="services">The application's services.</param>
    /// <param name="name">The name.</param>
    /// <param name="configure">Sets at least <see cref="LeVoOptions.ModelPath"/>.</param>
    /// <exception cref="InvalidOperationException">There is a model of this name already.</exception>
    public static LeVoBuilder AddLeVo(this IServiceCollection services, string name, Action<LeVoOptions> configure)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(configure);
        return Add(services, name, options => options.Configure(configure));
    }

    /// <summary>Adds a model with a name that a section of the configuration describes.</summary>
    /// <param name="services">The application's services.</param>
    /// <param name="name">The name.</param>
    /// <param name="configuration">The section, with the properties of <see cref="LeVoOptions"/> as keys. Keys that are no
    /// settings, and values that can't be read, are reported with their paths when the options are checked.</param>
    /// <exception cref="InvalidOperationException">There is a model of this name already.</exception>
    public static LeVoBuilder AddLeVo(this IServiceCollection services, string name, IConfiguration configuration)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        return Add(services, name, configuration);
    }

    private static LeVoBuilder Add(IServiceCollection services, string? name, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return Add(services, name, options =>
        {
            options.Configure(target => OptionsReader.Read(configuration, target));
            services.AddSingleton<IValidateOptions<LeVoOptions>>(new ConfigurationValidator(options.Name, configuration));
        });
    }

    private static LeVoBuilder Add(IServiceCollection services, string? name, Action<OptionsBuilder<LeVoOptions>> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        if (services.Any(service => service.ServiceType == typeof(ModelSource) && Equals(service.ServiceKey, name)))
        {
            throw new InvalidOperationException(name is null
                ? "AddLeVo was called before. Call it once, and give each further model a name: AddLeVo(\"name\", ...)."
                : $"AddLeVo was called before with the name '{name}'. Each model has a name of its own.");
        }
        configure(services.AddOptions<LeVoOptions>(name).ValidateOnStart());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<LeVoOptions>, LeVoOptionsValidator>());
        services.AddKeyedSingleton(name, (provider, _) => new ModelSource(provider, name));
        services.TryAddKeyedSingleton(name, (provider, _) => LeVoModel.LoadCancelable(provider.OptionsOf<LeVoOptions>(name),
            provider.GetService<ILogger<ITokenGenerator>>(),
            provider.GetRequiredKeyedService<ModelSource>(name).Model.Stopping));
        services.TryAddKeyedSingleton<ITokenGenerator>(name, (provider, _) => new LoadedTokenGenerator(
            provider.GetRequiredKeyedService<ModelSource>(name), provider.GetService<ILogger<ITokenGenerator>>()));
        services.TryAddKeyedSingleton<ISongGenerator>(name, (provider, _) => CreateSongGenerator(provider, name));
        services.TryAddKeyedSingleton(name, (provider, _) =>
        {
            string? cache = provider.OptionsOf<LeVoOptions>(name).PromptCacheFolder;
            return new PromptLoader(provider.GetRequiredKeyedService<IMusicCodec>(name),
                provider.GetRequiredKeyedService<LeVoModel>(name).Info, provider.GetKeyedService<IStemSeparator>(name),
                cache is null ? PromptLoader.DefaultCacheFolder : cache.Length > 0 ? cache : null);
        });
        return new(services, name);
    }

    private static LoadedSongGenerator CreateSongGenerator(IServiceProvider provider, string? name)
    {
        var source = provider.GetRequiredKeyedService<ModelSource>(name);
        if (!source.HasCodec)
        {
            throw new InvalidOperationException(name is null
                ? "Sound needs a music codec, and none is registered: add AddMusicCodec(), of the package LeVo.Codec, after "
                    + "AddLeVo(), or register an IMusicCodec. ITokenGenerator works without one."
                : $"Sound needs a music codec, and none is registered for the model '{name}': add AddMusicCodec(), of the "
                    + $"package LeVo.Codec, after AddLeVo(\"{name}\", ...), or register an IMusicCodec with the key '{name}'. "
                    + "ITokenGenerator works without one.");
        }
        return new(provider.GetRequiredKeyedService<ITokenGenerator>(name), source,
            provider.GetService<ILogger<SongGenerator>>());
    }

    private sealed class LeVoOptionsValidator : IValidateOptions<LeVoOptions>
    {
        public ValidateOptionsResult Validate(string? name, LeVoOptions options) =>
            ModelProblems.Result(name, options.Problems());
    }

    /// <summary>Reports what of a configuration is no setting.</summary>
    private sealed class ConfigurationValidator(string model, IConfiguration configuration) : IValidateOptions<LeVoOptions>
    {
        public ValidateOptionsResult Validate(string? name, LeVoOptions options) => name == model
            ? ModelProblems.Result(null, OptionsReader.Read(configuration, new()))
            : ValidateOptionsResult.Skip;
    }

    private static class ModelProblems
    {
        /// <summary>Each problem with the name of its model.</summary>
        public static ValidateOptionsResult Result(string? name, IEnumerable<string> problems)
        {
            string model = string.IsNullOrEmpty(name) ? "" : $"Model '{name}': ";
            string[] all = [.. problems.Select(problem => model + problem)];
            return all.Length > 0 ? ValidateOptionsResult.Fail(all) : ValidateOptionsResult.Success;
        }
    }
}
