using LeVo.Alignment;
using LeVo.Alignment.Dpo;
using LeVo.Alignment.Policy;
using LeVo.Alignment.Preferences;
using LeVo.Alignment.Sampling;
using LeVo.Alignment.Training;
using LeVo.Core;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers training and alignment.</summary>
public static class AlignmentServiceCollectionExtensions
{
    /// <summary>
    /// Adds <see cref="IFineTuner"/>, <see cref="IPreferenceTrainer"/>, <see cref="ISongSampler"/>,
    /// <see cref="IPreferenceStore"/>, <see cref="PreferenceScorers"/> and <see cref="TrainableModel"/> for the model
    /// folder given by <see cref="LeVoOptions"/>. All are singletons, created on first use; existing registrations
    /// are kept. The available strategies depend on the application's registrations: <see cref="ITranscriber"/> with
    /// <see cref="IPhonemizer"/>, <see cref="IAudioTextEmbedder"/>, <see cref="IRewardModel"/>, or its own scorers.
    /// </summary>
    /// <param name="builder">The builder that <c>AddLeVo</c> returned.</param>
    /// <param name="configure">Configures the options, or null for the defaults.</param>
    /// <returns>The builder, for further calls.</returns>
    public static LeVoBuilder AddAlignment(this LeVoBuilder builder, Action<AlignmentOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        OptionsBuilder<AlignmentOptions> options = builder.Services.AddOptions<AlignmentOptions>();
        if (configure is not null)
            options.Configure(configure);
        IServiceCollection services = builder.Services;
        services.TryAddSingleton(provider =>
        {
            LeVoOptions levo = provider.GetRequiredService<IOptions<LeVoOptions>>().Value;
            return TrainableModel.Open(levo.ModelPath, levo.ExtraRoot);
        });
        services.TryAddSingleton<IFineTuner>(provider =>
            new FineTuner(provider.GetRequiredService<TrainableModel>(), Options(provider).Setup)
            {
                BatchSize = Options(provider).BatchSize,
            });
        services.TryAddSingleton<IPreferenceTrainer>(provider =>
        {
            var model = provider.GetRequiredService<TrainableModel>();
            return new DpoTrainer(model.Config, model.TokenizerFolder, Options(provider).Dpo)
            {
                Setup = Options(provider).Setup,
                BatchSize = Options(provider).BatchSize,
            };
        });
        services.TryAddSingleton<ISongSampler>(provider =>
        {
            var model = provider.GetRequiredService<TrainableModel>();
            return new BatchedSongSampler(model.Config, model.TokenizerFolder)
            {
                Setup = Options(provider).Setup,
                Options = Options(provider).Sampling.Over(model.Sampling),
                BatchSize = Options(provider).SamplingBatchSize,
            };
        });
        services.TryAddSingleton<IPreferenceStore>(provider => new PreferenceStore(Options(provider).StorePath));
        services.TryAddSingleton(provider => new PreferenceScorers(provider.GetServices<IPreferenceScorer>(),
            provider.GetService<ITranscriber>(), provider.GetService<IPhonemizer>(),
            provider.GetService<IAudioTextEmbedder>(), provider.GetService<IRewardModel>()));
        return builder;
    }

    private static AlignmentOptions Options(IServiceProvider provider) =>
        provider.GetRequiredService<IOptions<AlignmentOptions>>().Value;
}
