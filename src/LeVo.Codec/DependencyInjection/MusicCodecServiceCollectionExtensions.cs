using LeVo.Codec;
using LeVo.Core;
using LeVo.Core.Generation;
using LeVo.Core.Hosting;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the music codec.</summary>
public static class MusicCodecServiceCollectionExtensions
{
    /// <summary>
    /// Adds <see cref="IMusicCodec"/>: the codec of the model folder that <see cref="LeVoOptions"/> names, on the same device. A
    /// singleton, loaded when it is first needed; it does not replace a codec that is registered already. The codec of a named
    /// model has the model's name as key.
    /// </summary>
    /// <param name="builder">The builder that <c>AddLeVo</c> returned.</param>
    /// <returns>The builder, for further calls.</returns>
    public static LeVoBuilder AddMusicCodec(this LeVoBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        string? name = builder.Name;
        builder.Services.TryAddKeyedSingleton<IMusicCodec>(name, (provider, _) =>
        {
            LeVoOptions options = provider.OptionsOf<LeVoOptions>(name);
            return MusicCodec.Load(
                options.ModelPath, options.Device, options.ExtraRoot, provider.GetService<ILogger<MusicCodec>>(),
                options.Residency == ModelResidency.OneAtATime ? options.Residents : null, options.CodecPrecision);
        });
        return builder;
    }
}
