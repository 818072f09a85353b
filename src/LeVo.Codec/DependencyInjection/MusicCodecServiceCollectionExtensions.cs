using LeVo.Codec;
using LeVo.Core;
using LeVo.Core.Generation;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the music codec.</summary>
public static class MusicCodecServiceCollectionExtensions
{
    /// <summary>
    /// Adds <see cref="IMusicCodec"/>: the codec of the model folder that <see cref="LeVoOptions"/> names, on the same device. A
    /// singleton, loaded when it is first needed; it does not replace a codec that is registered already.
    /// </summary>
    public static LeVoBuilder AddMusicCodec(this LeVoBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddSingleton<IMusicCodec>(provider =>
        {
            LeVoOptions options = provider.GetRequiredService<IOptions<LeVoOptions>>().Value;
            return MusicCodec.Load(
                options.ModelPath, options.Device, options.ExtraRoot, provider.GetService<ILogger<MusicCodec>>(),
                options.Residency == ModelResidency.OneAtATime ? options.Residents : null);
        });
        return builder;
    }
}
