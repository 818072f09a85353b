using LeVo.Core.Checkpoints;
using LeVo.Core.Model;
using LeVo.Core.Torch.Tensors;
using static TorchSharp.torch;

namespace LeVo.Experiments.TrainDemo;

/// <summary>
/// Start values of the tables that embed a prompt's codes. In a model that was trained without prompts they are random; here
/// the codes of a prompt begin with the embeddings that the same codes have in a song, which the model already reads.
/// </summary>
internal static class PromptTables
{
    /// <summary>Copies a checkpoint, with the codes' rows of the prompt tables replaced.</summary>
    public static void Write(string from, string to, LeLmConfig config)
    {
        using var scope = NewDisposeScope();
        using Checkpoint file = Checkpoint.Open(from);
        var tensors = file.Tensors.Keys.ToDictionary(name => name, name => file.Load(name).to(float32));
        var names = new LeLmTensors(config);
        for (int k = 0; k < config.Codebooks; k++)
        {
            Tensor prompt = tensors[ModelFolder.LeLmPrefix + names.Conditions.Prompt[k].Weight.Name];
            Tensor codes = tensors[ModelFolder.LeLmPrefix + (k == 0 ? names.MixedEmbedding : names.TrackEmbeddings[k - 1]).Weight.Name];
            prompt.narrow(0, 0, config.CodeSize).copy_(codes.narrow(0, 0, config.CodeSize));
        }
        TensorWriter.Save(to, tensors.Select(tensor => (tensor.Key, tensor.Value)));
    }
}
