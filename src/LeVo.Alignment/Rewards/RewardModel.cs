using System.Globalization;
using LeVo.Alignment.Preferences;
using LeVo.Core.Checkpoints;
using LeVo.Core.Conditioning;
using LeVo.Core.Model;
using LeVo.Core.Runtime;
using LeVo.Core.Tokens;
using LeVo.Core.Torch.LanguageModel;
using LeVo.Core.Torch.Parameters;
using static TorchSharp.torch;

namespace LeVo.Alignment.Rewards;

/// <summary>A trained reward model (paper, section 3.5). Thread-safe.</summary>
internal sealed class RewardModel : IRewardModel, IDisposable
{
    private readonly ParameterSet parameters;
    private readonly RewardNet net;

    private RewardModel(ParameterSet parameters, RewardNet net) => (this.parameters, this.net) = (parameters, net);

    /// <summary>Loads a model that <see cref="RewardModelTrainer"/> has written.</summary>
    /// <exception cref="InvalidDataException">The file is not a reward model.</exception>
    /// <exception cref="ModelLoadException">Tensors are missing or have unexpected shapes.</exception>
    /// <exception cref="IOException">The file is missing or can't be read.</exception>
    public static RewardModel Load(string path)
    {
        LeVoRuntime.EnsureTorch();
        RewardModelSizes sizes;
        using (Checkpoint header = Checkpoint.Open(path))
        {
            int Read(string key) => header.Metadata.TryGetValue(key, out string? text)
                && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value)
                    && value is > 0 and <= 1 << 20
                ? value
                : throw new InvalidDataException($"'{path}' is not a reward model: its metadata has no '{key}'.");
            sizes = new()
            {
                CodeSize = Read("code_size"),
                Width = Read("width"),
                Layers = Read("layers"),
                Kernel = Read("kernel"),
            };
        }
        try
        {
            sizes.Validate();
        }
        catch (ArgumentException e)
        {
            throw new InvalidDataException($"'{path}' is not a reward model: {e.Message}", e);
        }
        using Checkpoint checkpoint = Checkpoint.Open(path);
        var builder = new ParameterBuilder(new CheckpointTensorSource(checkpoint));
        var net = new RewardNet(builder, sizes);
        return new(builder.Build($"the reward model '{path}'"), net);
    }

    /// <inheritdoc/>
    public double Score(SongCondition condition, SongTokens tokens) => Score([tokens])[0];

    /// <summary>Computes the rewards of several songs.</summary>
    public IReadOnlyList<double> Score(IReadOnlyList<SongTokens> songs)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        return songs.Count == 0 ? [] : [.. net.Forward(songs).data<float>().ToArray().Select(value => (double)value)];
    }

    /// <summary>Frees the weights.</summary>
    public void Dispose() => parameters.Dispose();

    internal static Dictionary<string, string> Metadata(RewardModelSizes sizes) => new()
    {
        ["code_size"] = sizes.CodeSize.ToString(CultureInfo.InvariantCulture),
        ["width"] = sizes.Width.ToString(CultureInfo.InvariantCulture),
        ["layers"] = sizes.Layers.ToString(CultureInfo.InvariantCulture),
        ["kernel"] = sizes.Kernel.ToString(CultureInfo.InvariantCulture),
    };
}
