using LeVo.Core.Torch.Layers;
using LeVo.Core.Torch.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LeVo.Experiments.MiniWorld.Scoring;

/// <summary>An output of the network: for each frame, or for the whole song.</summary>
internal readonly record struct FrameHead(string Name, int Classes, bool OfSong);

/// <summary>A small convolutional net over spectral frames (about 14 frames of context) with several heads.</summary>
internal sealed class FrameNet : nn.Module<Tensor, Tensor[]>
{
    private const int Width = 128;

    // The log power of silence and of codec noise: everything below is clipped.
    private const double Floor = 1e-8;

    private readonly IReadOnlyList<FrameHead> heads;
    private readonly Sequential body;
    private readonly Conv1d output;

    public FrameNet(IReadOnlyList<FrameHead> heads, long seed) : base(nameof(FrameNet))
    {
        this.heads = heads;
        body = nn.Sequential(
            nn.BatchNorm1d(SpectralFrames.Size),
            nn.Conv1d(SpectralFrames.Size, Width, 3, padding: 1L), nn.ReLU(), nn.BatchNorm1d(Width),
            nn.Conv1d(Width, Width, 3, padding: 1L), nn.ReLU(), nn.BatchNorm1d(Width),
            nn.Conv1d(Width, Width, 3, padding: 2L, dilation: 2L), nn.ReLU(), nn.BatchNorm1d(Width),
            nn.Conv1d(Width, Width, 3, padding: 2L, dilation: 2L), nn.ReLU(), nn.BatchNorm1d(Width));
        output = nn.Conv1d(Width, heads.Sum(head => head.Classes), 1);
        RegisterComponents();
        Initialise(seed);
    }

    /// <summary>
    /// Powers <c>[batch, features, frames]</c> to logits <c>[batch, classes, frames]</c>, or <c>[batch, classes]</c>
    /// where a head is for the whole song.
    /// </summary>
    public override Tensor[] forward(Tensor power)
    {
        using var scope = NewDisposeScope();
        Tensor logits = output.forward(body.forward(power.Plus(Floor).log()));
        var results = new Tensor[heads.Count];
        int first = 0;
        for (int h = 0; h < results.Length; h++)
        {
            Tensor part = logits.narrow(1, first, heads[h].Classes);
            results[h] = (heads[h].OfSong ? part.mean([2]) : part).MoveToOuterDisposeScope();
            first += heads[h].Classes;
        }
        return results;
    }

    // From our own numbers: the same seed gives the same net, and the process-wide generator stays as it is.
    private void Initialise(long seed)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var random = new MiniRandom(seed);
        foreach ((string name, Parameter parameter) in named_parameters())
        {
            if (parameter.dim() != 3)
                continue;
            double bound = Math.Sqrt(6.0 / (parameter.shape[1] * parameter.shape[2]));
            var values = new float[parameter.numel()];
            for (int i = 0; i < values.Length; i++)
                values[i] = (float)((2 * random.Unit() - 1) * bound);
            parameter.copy_(tensor(values).view(parameter.shape));
        }
        output.bias!.zero_();
    }
}
