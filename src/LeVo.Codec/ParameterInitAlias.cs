// Until the codec lists its tensors in Model.
global using ParameterInit = LeVo.Core.Listings.TensorInit;
