using LeVo.Codec;
using LeVo.Core;
using LeVo.Core.Generation;
using LeVo.Core.Hosting;
using LeVo.Core.Model;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the stem separator.</summary>
public static class StemSeparatorServiceCollectionExtensions
{
    /// <summary>
    /// Adds <see cref="IStemSeparator"/>, which audio prompts need when only their mix exists: HTDemucs, on the model's device. A
    /// singleton that looks for its file and loads it when it is first needed; it does not replace a separator that is
    /// registered already. The separator of a named model has the model's name as key, and its options have the same name.
    /// </summary>
    /// <param name="builder">What <c>AddLeVo</c> returned.</param>
    /// <param name="configure">Sets the file or the device, or null.</param>
    public static LeVoBuilder AddStemSeparator(this LeVoBuilder builder, Action<StemSeparatorOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        string? name = builder.Name;
        OptionsBuilder<StemSeparatorOptions> options = builder.Services.AddOptions<StemSeparatorOptions>(name);
        if (configure is not null)
            options.Configure(configure);
        builder.Services.TryAddKeyedSingleton<IStemSeparator>(name, (provider, _) =>
        {
            LeVoOptions model = provider.OptionsOf<LeVoOptions>(name);
            StemSeparatorOptions own = provider.OptionsOf<StemSeparatorOptions>(name);
            return new StemSeparator(() => SearchedFolders.Of(Path.GetFullPath(ModelFolder.Locate(model.ModelPath)), model.ExtraRoot),
                own.Path, own.Device ?? model.Device, provider.GetService<ILogger<StemSeparator>>());
        });
        return builder;
    }
}
