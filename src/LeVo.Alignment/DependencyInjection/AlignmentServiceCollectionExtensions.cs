using LeVo.Alignment;
using LeVo.Alignment.Dpo;
using LeVo.Alignment.Evaluation;
using LeVo.Alignment.Phonemes;
using LeVo.Alignment.Policy;
using LeVo.Alignment.Preferences;
using LeVo.Alignment.Sampling;
using LeVo.Alignment.Training;
using LeVo.Core;
using LeVo.Core.Hosting;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers training and alignment.</summary>
public static class AlignmentServiceCollectionExtensions
{
    /// <summary>
    /// Adds <see cref="IFineTuner"/>, <see cref="IPreferenceTrainer"/>, <see cref="ISongSampler"/>,
    /// <see cref="IPreferenceStore"/>, <see cref="PreferenceScorers"/>, <see cref="SongEvaluator"/> and <see cref="TrainableModel"/> for
    /// the model folder given by <see cref="LeVoOptions"/>. All are singletons, created on first use; existing registrations
    /// are kept. The available strategies depend on the application's registrations: <see cref="ITranscriber"/> (with
    /// <see cref="LanguagePhonemizer"/> unless there is another <see cref="IPhonemizer"/>), <see cref="IAudioTextEmbedder"/>, <see cref="IRewardModel"/>, or its own scorers.
    /// The services of a named model have the model's name as key, and its <see cref="AlignmentOptions"/> have the same name;
    /// <see cref="PreferenceScorers"/> and <see cref="SongEvaluator"/> are shared by all models.
    /// </summary>
    /// <param name="builder">The builder that <c>AddLeVo</c> returned.</param>
    /// <param name="configure">Configures the options, or null for the defaults.</param>
    /// <returns>The builder, for further calls.</returns>
    public static LeVoBuilder AddAlignment(this LeVoBuilder builder, Action<AlignmentOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        string? name = builder.Name;
        OptionsBuilder<AlignmentOptions> options = builder.Services.AddOptions<AlignmentOptions>(name);
        if (configure is not null)
            options.Configure(configure);
        IServiceCollection services = builder.Services;
        services.TryAddKeyedSingleton(name, (provider, _) =>
        {
            LeVoOptions levo = provider.OptionsOf<LeVoOptions>(name);
            return TrainableModel.Open(levo.ModelPath, levo.ExtraRoot);
        });
        services.TryAddKeyedSingleton<IFineTuner>(name, (provider, _) =>
            new FineTuner(Model(provider), Options(provider).Setup, provider.GetService<ILogger<IFineTuner>>())
            {
                BatchSize = Options(provider).BatchSize,
            });
        services.TryAddKeyedSingleton<IPreferenceTrainer>(name, (provider, _) =>
        {
            TrainableModel model = Model(provider);
            return new PreferenceTrainer(model, new(model.Config, model.TokenizerFolder, Options(provider).Dpo)
            {
                Setup = Options(provider).Setup,
                BatchSize = Options(provider).BatchSize,
            }, provider.GetService<ILogger<IPreferenceTrainer>>());
        });
        services.TryAddKeyedSingleton<ISongSampler>(name, (provider, _) =>
        {
            TrainableModel model = Model(provider);
            return new BatchedSongSampler(model.Config, model.TokenizerFolder)
            {
                Setup = Options(provider).Setup,
                Options = Options(provider).Sampling.Over(model.Sampling),
                BatchSize = Options(provider).SamplingBatchSize,
            };
        });
        services.TryAddKeyedSingleton<IPreferenceStore>(name, (provider, _) =>
            new PreferenceStore(Options(provider).StorePath));
        services.TryAddSingleton<IPhonemizer>(_ => new LanguagePhonemizer());
        // Listeners and scorers judge the songs of any model.
        services.TryAddSingleton(provider => new PreferenceScorers(provider.GetServices<IPreferenceScorer>(),
            provider.GetService<ITranscriber>(), provider.GetService<IPhonemizer>(),
            provider.GetService<IAudioTextEmbedder>(), provider.GetService<IRewardModel>()));
        services.TryAddSingleton(provider => new SongEvaluator(provider.GetServices<IPreferenceScorer>(),
            provider.GetService<ITranscriber>(), provider.GetService<IPhonemizer>(),
            provider.GetService<IAudioTextEmbedder>(), provider.GetService<IRewardModel>()));
        return builder;

        TrainableModel Model(IServiceProvider provider) => provider.GetRequiredKeyedService<TrainableModel>(name);

        AlignmentOptions Options(IServiceProvider provider) => provider.OptionsOf<AlignmentOptions>(name);
    }
}
