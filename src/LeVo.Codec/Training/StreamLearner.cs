using LeVo.Codec.Model;
using LeVo.Codec.Quantization;
using LeVo.Core.Listings;
using LeVo.Core.Torch.Layers;
using LeVo.Core.Torch.Parameters;
using LeVo.Core.Torch.Tensors;
using static TorchSharp.torch;

namespace LeVo.Codec.Training;

/// <summary>One stream's quantizer, its codebook's upkeep and the readouts of its labels.</summary>
internal sealed class StreamLearner : IDisposable
{
    private const double CommitmentFactor = 0.25;
    private readonly EncoderSizes sizes;
    private readonly TensorListing quantizerListing = new();
    private readonly VectorQuantizer quantizer;
    private readonly Linear[] hiddenReadouts, codeReadouts;

    public StreamLearner(ParameterBuilder parameters, EncoderSizes sizes, StreamTask task)
    {
        this.sizes = sizes;
        Task = task;
        string stream = task.Stream.ToString();
        quantizer = new(parameters, List(quantizerListing.Root.Sub(stream).Sub("quantizer")));
        TensorScope readouts = new TensorListing().Root.Sub(stream);
        hiddenReadouts = Readouts(readouts.Sub("hidden"));
        codeReadouts = Readouts(readouts.Sub("codes"));
        Usage = new CodebookUpkeep(sizes.CodebookSize);

        Linear[] Readouts(TensorScope scope) => [.. task.Labels.Select(label =>
            new Linear(parameters, new(scope.Sub(label.Name), sizes.Width, label.Classes)))];
    }

    public StreamTask Task { get; }

    public CodebookUpkeep Usage { get; }

    /// <summary>Names of the quantizer's tensors here and as a stream of a codec.</summary>
    public IEnumerable<(string Own, string Exported)> Names(CodecStream stream)
    {
        var exported = new TensorListing();
        List(ResidualQuantizerTensors.QuantizerScope(exported.Root.Sub(stream.Quantizer), 0));
        return quantizerListing.Used.Zip(exported.Used, (own, other) => (own.Name, other.Name));
    }

    /// <summary>Cross-entropies of the labels from the hidden state and from the quantized vector, plus the quantizer's losses.</summary>
    public Tensor Loss(Tensor hidden, IReadOnlyList<EncoderExample> examples, int step, int quantizeFrom, List<(string, Tensor)> metrics)
    {
        Tensor[] labels = [.. Enumerable.Range(0, Task.Labels.Count)
            .Select(l => TrainingBatch.Rows([.. examples.Select(e => e.Labels[l])]).reshape(-1))];
        Tensor loss = Readout(hiddenReadouts, hidden, labels, "", metrics);
        if (step < quantizeFrom)
            return loss;
        using (no_grad())
        using (Tensor projected = quantizer.Project(hidden))
        {
            if (step == quantizeFrom)
                CodebookUpkeep.Fill(quantizer.Codebook, projected);
        }
        QuantizerOutput quantized = quantizer.ForwardTraining(hidden);
        using (no_grad())
        using (Tensor projected = quantizer.Project(hidden))
            Usage.Replace(quantizer.Codebook, projected, quantized.Codes);
        metrics.Add(($"{Task.Stream}.commitment", quantized.Commitment));
        return loss.Plus(Readout(codeReadouts, quantized.Output, labels, "codes.", metrics))
            .Plus(quantized.Commitment.Times(CommitmentFactor)).Plus(quantized.CodebookLoss);
    }

    private Tensor Readout(Linear[] readouts, Tensor vectors, Tensor[] labels, string kind, List<(string, Tensor)> metrics)
    {
        Tensor total = zeros(1).squeeze();
        for (int l = 0; l < readouts.Length; l++)
        {
            Tensor logits = readouts[l].Forward(vectors).flatten(0, 1);
            total = total.Plus(nn.functional.cross_entropy(logits, labels[l]).Times(Task.Labels[l].Weight));
            using var noGrad = no_grad();
            Tensor counted = labels[l].ge(Scalars.Zero);
            Tensor right = logits.argmax(1).eq(labels[l]).logical_and(counted);
            metrics.Add(($"{Task.Stream}.{kind}{Task.Labels[l].Name}", right.to(float32).sum() / counted.to(float32).sum().clamp_min(Scalars.One)));
        }
        return total;
    }

    private QuantizerTensors List(TensorScope scope) => new(scope, sizes.Width, sizes.CodebookSize, sizes.CodeWidth);

    public void Dispose() => Usage.Dispose();
}
